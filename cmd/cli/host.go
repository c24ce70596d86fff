package cli

import "os"

// host is the name of this machine; a result can do without it.
func host() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
