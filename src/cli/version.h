#ifndef VR_CLI_VERSION_H
#define VR_CLI_VERSION_H

#define VR_VERSION "0.1.0"

#endif
