/* Why a piece is not in the ring. */
#pragma once

enum drop_cause {
	drop_ring_full = 0,
	drop_unreadable = 1,
	drop_too_long = 2,
	drop_causes = 3,
};
