/* What the app sees in place of the host's files: place.c. */
#pragma once

enum { k_max_folders = 64, k_max_files = 1024 };

struct file {
	const char *path; /* what the app opens */
	int content_fd;
	int mount_fd; /* -1: left out, or part of a folder's copy */
};

/* A directory of which the app sees a copy of its own, with more in it. */
struct folder {
	const char *path;
	int original_fd; /* -1: there is none on the host */
	int mount_fd; /* -1: left out, or part of another folder's copy */
	char place[64]; /* where the copy is made; empty: left out */
};

struct placement {
	struct folder folders[k_max_folders];
	struct file files[k_max_files];
	int folder_count;
	int file_count;
};

/* Moves this process into a mount namespace of its own, in which all of it is in place. */
void place(struct placement *placement);

/* These end the process with exit code 126: launcher.c. */
void fail(const char *stage);
void fail_path(const char *stage, const char *path);
