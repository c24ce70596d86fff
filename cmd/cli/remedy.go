package cli

import (
	"context"

	"plimsoll/runner/machine"
)

// remedy says what to change on this machine so that a resource of it allows so many connections.
func (c *Command) remedy(ctx context.Context) func(connections int, resource string) []string {
	return func(connections int, resource string) []string {
		return settings(machine.Inspect(ctx, machine.Local(c.Getenv)), connections, resource)
	}
}

func settings(r machine.Report, connections int, resource string) []string {
	var lines []string
	for _, advice := range r.Advice(int64(connections), machine.Plain) {
		if string(advice.Resource) != resource {
			continue
		}
		for _, s := range advice.Settings {
			lines = append(lines, s.Where+": "+s.Line)
		}
	}
	return lines
}
