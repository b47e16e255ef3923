/* How much memory this process may still take. */
#ifndef VR_BASE_MEMORY_H
#define VR_BASE_MEMORY_H

/* Bytes: the least of what the kernel calls available (MemAvailable of /proc/meminfo) and what the limits of
   this process's control groups (version 1 or 2) leave; 0 when the system does not say. */
double vr_memory_available(void);

#endif
