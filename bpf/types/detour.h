/* What one of our connections to the app is for: whom it asks, and in whose name. */
#pragma once

#include "types/endpoint.h"

struct detour {
	/* Where the client wanted to go. */
	struct endpoint to;
	/* The client, as our listener sees it. */
	struct endpoint client;
};
_Static_assert(sizeof(struct detour) == 40, "written byte for byte by user space");
