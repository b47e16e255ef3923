/* One file over the network, with resume and retries. */
#ifndef VR_DATA_DOWNLOAD_H
#define VR_DATA_DOWNLOAD_H

#include "base/error.h"

/* Downloads url to path; a part that an earlier try left in path is continued. VR_NO_INPUT: the server says that there
   is no such file. VR_NETWORK: no answer after some tries. VR_CANNOT_WRITE, VR_INTERRUPTED. */
vr_status vr_download(const char *url, const char *path, vr_error *error);

#endif
