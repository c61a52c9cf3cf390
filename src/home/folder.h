/* Private to home/: the files of a home, and the settings of its store. */
#ifndef CS_HOME_FOLDER_H
#define CS_HOME_FOLDER_H

#include "home/home.h"

#define CS_SETTING_PARTY "party"
#define CS_SETTING_TREATY "treaty"
#define CS_SETTING_KEY "key"
#define CS_SETTING_COSIGNER "cosigner"

/* "DIRECTORY/NAME"; the caller frees it. NULL when out of memory. */
char *cs_home_path(const char *directory, const char *name);
/* CS_SYSTEM with what errno says. */
cs_status cs_home_fail(const char *path, const char *what, cs_error *error);
/* Writes a new file, durably: whole, or not at all. */
cs_status cs_home_write(const char *path, cs_slice bytes, cs_error *error);
/* What was made in a folder, or removed from it, is on the disk. */
cs_status cs_home_settle(const char *directory, cs_error *error);

#endif
