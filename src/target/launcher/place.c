/*
 * Files and directories that read differently for the app alone. All of it is in a mount namespace that the app and its
 * children share, and in memory: nothing is written to a disk, and the host sees no mount of ours, not for a moment.
 *
 * It is made in a tmpfs of our own that is mounted for the length of one function; clones of its parts outlive it as
 * mounts of their own, and are put in place when it is gone, so that nothing it covered is out of reach. The namespace is
 * a slave, not private: a disk that the host mounts later appears here too, and nothing of ours appears there.
 *
 * A file whose folder is among the given ones, spelt the same way, becomes an entry of that folder's copy; any other
 * stands for a file that the host has, or is left out.
 */
#define _GNU_SOURCE
#include "place.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers and flags that x86-64 and arm64 share, and that some libc's headers lack. */
enum { k_open_tree = 428, k_move_mount = 429, k_mount_setattr = 442 };
enum { k_tree_clone = 1, k_tree_recursive = 0x8000, k_from_empty_path = 4 };
enum { k_small_file = 1 << 20 };
enum { k_read_only = 1, k_nosuid = 2, k_nodev = 4 };

struct attributes {
	uint64_t set, clear, propagation, userns_fd;
};

static int clone_mount(int folder_fd, const char *path, int flags)
{
	return syscall(k_open_tree, folder_fd, path, k_tree_clone | O_CLOEXEC | flags);
}

/* A mount of that part of the tmpfs alone, which nobody may write to. */
static int finished(const char *place)
{
	struct attributes attributes = { .set = k_read_only | k_nosuid | k_nodev };
	int fd = clone_mount(AT_FDCWD, place, k_tree_recursive);

	if (fd < 0 || syscall(k_mount_setattr, fd, "", AT_EMPTY_PATH, &attributes, sizeof attributes))
		fail_path("file", place);
	return fd;
}

static int attach(int mount_fd, const char *target)
{
	return syscall(k_move_mount, mount_fd, "", AT_FDCWD, target, k_from_empty_path);
}

static void copy(int from, int to)
{
	char buffer[1 << 16];
	ssize_t length;
	off_t at = 0;
	int is_stream = 0;

	/* pread leaves the caller's offset alone, so that one memfd may serve many launches. */
	while ((length = is_stream ? read(from, buffer, sizeof buffer) : pread(from, buffer, sizeof buffer, at)) != 0) {
		if (length < 0 && errno == ESPIPE && !is_stream) {
			is_stream = 1;
			continue;
		}
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			fail("file content");
		at += length;
		for (ssize_t done = 0; done < length;) {
			ssize_t part = write(to, buffer + done, length - done);

			if (part < 0 && errno != EINTR)
				fail("file content");
			done += part > 0 ? part : 0;
		}
	}
}

static void write_file(const char *place, int content_fd)
{
	int fd;

	unlink(place);
	fd = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0 || fchmod(fd, 0644))
		fail_path("file", place);
	copy(content_fd, fd);
	close(fd);
}

/* With whose rights the original can be read. */
static void copy_file(int from, const char *place, const struct stat *facts)
{
	write_file(place, from);
	if (chown(place, facts->st_uid, facts->st_gid) || chmod(place, facts->st_mode & 07777))
		fail_path("file", place);
}

/* A link or a small file is made again, directories and large files are seen through the copy. */
static void copy_entry(int original_fd, const char *name, const char *place)
{
	struct stat facts;
	char link[PATH_MAX];
	ssize_t length;
	int fd;

	if (fstatat(original_fd, name, &facts, AT_SYMLINK_NOFOLLOW))
		return;
	if (S_ISLNK(facts.st_mode)) {
		length = readlinkat(original_fd, name, link, sizeof link - 1);
		if (length < 0)
			return;
		link[length] = 0;
		if (symlink(link, place))
			fail_path("file", place);
		return;
	}
	if (!S_ISDIR(facts.st_mode) && !S_ISREG(facts.st_mode))
		return;
	if (S_ISREG(facts.st_mode) && facts.st_size <= k_small_file) {
		fd = openat(original_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return;
		copy_file(fd, place, &facts);
		close(fd);
		return;
	}
	if (S_ISDIR(facts.st_mode) ? mkdir(place, 0755) : mknod(place, S_IFREG | 0644, 0))
		fail_path("file", place);
	fd = clone_mount(original_fd, name, k_tree_recursive);
	if (fd < 0 || attach(fd, place))
		fail_path("file", place);
	close(fd);
}

static void copy_folder(const struct folder *folder)
{
	struct stat facts;
	struct dirent *entry;
	char place[PATH_MAX];
	DIR *entries = fdopendir(folder->original_fd);

	if (mkdir(folder->place, 0755) || !entries || fstat(folder->original_fd, &facts))
		fail_path("file", folder->path);
	if (chown(folder->place, facts.st_uid, facts.st_gid) || chmod(folder->place, facts.st_mode & 07777))
		fail_path("file", folder->path);
	while ((entry = readdir(entries))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(place, sizeof place, "%s/%s", folder->place, entry->d_name);
		copy_entry(folder->original_fd, entry->d_name, place);
	}
	closedir(entries);
}

/* The folder that holds that path, or NULL; `before` is where to stop looking. */
static struct folder *folder_of(struct placement *placement, const char *path, int before)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;

	for (int i = 0; i < before; i++) {
		struct folder *folder = &placement->folders[i];

		if (strlen(folder->path) == length && !strncmp(folder->path, path, length))
			return folder->place[0] ? folder : NULL;
	}
	return NULL;
}

static void place_in(char *place, size_t size, const struct folder *folder, const char *path)
{
	if (snprintf(place, size, "%s%s", folder->place, strrchr(path, '/')) >= (int)size)
		place[0] = 0;
}

/* A folder that the host lacks is made, if the one above it is ours. */
static void make_folder(struct placement *placement, const char *tmpfs, int index)
{
	struct folder *folder = &placement->folders[index];

	if (folder->original_fd >= 0) {
		snprintf(folder->place, sizeof folder->place, "%s/d%d", tmpfs, index);
		copy_folder(folder);
		return;
	}
	struct folder *above = folder_of(placement, folder->path, index);

	if (!above)
		return;
	place_in(folder->place, sizeof folder->place, above, folder->path);
	if (folder->place[0] && mkdir(folder->place, 0755) && errno != EEXIST)
		fail_path("file", folder->path);
}

static void make_file(struct placement *placement, const char *tmpfs, int index)
{
	struct file *file = &placement->files[index];
	struct folder *folder = folder_of(placement, file->path, placement->folder_count);
	char place[PATH_MAX];

	if (folder) {
		place_in(place, sizeof place, folder, file->path);
		if (place[0])
			umount2(place, UMOUNT_NOFOLLOW | MNT_DETACH);
	} else
		snprintf(place, sizeof place, "%s/f%d", tmpfs, index);
	if (!place[0])
		return;
	write_file(place, file->content_fd);
	close(file->content_fd);
	if (!folder)
		file->mount_fd = finished(place);
}

static const char *mount_tmpfs(void)
{
	static const char *const candidates[] = { "/mnt", "/media", "/srv", "/tmp", "/dev/shm" };

	for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
		if (!mount("reprise", candidates[i], "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755"))
			return candidates[i];
	fail("tmpfs");
	return NULL;
}

/* Follows links, because a mount upon a link would miss the file that programs reach through it. */
static void attach_at(int mount_fd, const char *path)
{
	char *target;

	if (mount_fd < 0)
		return;
	target = realpath(path, NULL);
	if (!target && errno != ENOENT && errno != ENOTDIR)
		fail_path("file", path);
	if (target && attach(mount_fd, target))
		fail_path("file", target);
	free(target);
	close(mount_fd);
}

void place(struct placement *placement)
{
	const char *tmpfs;

	if (unshare(CLONE_NEWNS))
		fail("mount namespace");
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL))
		fail("mount namespace");
	/* Opened before the tmpfs may cover them. */
	for (int i = 0; i < placement->folder_count; i++) {
		struct folder *folder = &placement->folders[i];

		folder->original_fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		folder->mount_fd = -1;
	}
	tmpfs = mount_tmpfs();
	for (int i = 0; i < placement->folder_count; i++)
		make_folder(placement, tmpfs, i);
	for (int i = 0; i < placement->file_count; i++)
		make_file(placement, tmpfs, i);
	for (int i = 0; i < placement->folder_count; i++)
		if (placement->folders[i].original_fd >= 0)
			placement->folders[i].mount_fd = finished(placement->folders[i].place);
	if (umount2(tmpfs, MNT_DETACH))
		fail("tmpfs");
	for (int i = 0; i < placement->folder_count; i++)
		attach_at(placement->folders[i].mount_fd, placement->folders[i].path);
	for (int i = 0; i < placement->file_count; i++)
		attach_at(placement->files[i].mount_fd, placement->files[i].path);
}
