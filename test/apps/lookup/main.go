// Command lookup asks for a name's addresses with Go's own resolver and prints them, one line.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
)

func main() {
	found, err := (&net.Resolver{PreferGo: true}).LookupHost(context.Background(), os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	sort.Strings(found)
	fmt.Println(strings.Join(found, " "))
}
