// What a reading of the clock costs: `NANOSECONDS SECONDS`, the least of some batches, and what time it is.
package main

import (
	"fmt"
	"time"
)

const batches, readings = 10, 200_000

func main() {
	least := time.Duration(1 << 62)
	for batch := 0; batch < batches; batch++ {
		from := time.Now()
		for n := 0; n < readings; n++ {
			time.Now()
		}
		least = min(least, time.Since(from))
	}
	fmt.Printf("%.1f %d\n", float64(least.Nanoseconds())/readings, time.Now().Unix())
}
