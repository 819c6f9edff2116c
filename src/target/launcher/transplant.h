/* One TCP connection put into another socket, by the kernel's TCP repair; used by handover.c. */
#pragma once
#include <netinet/in.h>
#include <stdint.h>

/* An end of a connection; of IPv4 the address is mapped. */
struct end {
	uint8_t address[16];
	uint16_t port; /* in host order */
};

/* The sockets of one relayed connection: the app's own, its far end at the proxy, and the proxy's to the server. */
struct relayed {
	int app;
	int accepted;
	int upstream;
};

/* What the kernel knows of an established connection with nothing on its way. */
struct image {
	struct end local;
	struct end remote;
	uint32_t sent; /* the number of the next byte each way */
	uint32_t received;
	uint32_t timestamp;
	int mss;
	uint8_t options;
	uint8_t send_scale;
	uint8_t receive_scale;
	uint32_t window[5]; /* struct tcp_repair_window */
};

int end_of(int fd, int is_remote, struct end *end);

/* 1 if nothing of the connection waits in the proxy's sockets, nor at the server for us to be told that it came. */
int is_quiet(const struct relayed *relayed);

/*
 * Takes the image of `upstream`; 1 if all that the app has said is with the server, and all that the server has said with the
 * app. The app and the proxy must both hold still. The sockets are as before.
 */
int take_image(const struct relayed *relayed, struct image *image);

/* Whether this process may do it at all. */
int can_transplant(void);

enum transplanted { transplanted_kept, transplanted_moved, transplanted_lost };

/* `app` becomes the end of that connection, `upstream` of none; kept: all is as before. */
enum transplanted transplant(const struct relayed *relayed, const struct image *image);
