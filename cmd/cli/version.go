package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (c *Command) versionVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the version of plimsoll",
		Args:  cobra.NoArgs,
	}
	output := outputFlag(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		v := build{version(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
		if *output == asJSON {
			return delivered(writeJSON(c.Stdout, v))
		}
		_, err := fmt.Fprintf(c.Stdout, "plimsoll %s, %s %s/%s\n", v.Version, v.Go, v.OS, v.Arch)
		return delivered(err)
	}
	return cmd
}

// build is what this binary was made of.
type build struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// version is the module's, as the Go toolchain recorded it: a tag, or a commit, or (devel).
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
