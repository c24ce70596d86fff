package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl"
)

func (c *Command) explainVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "explain TOPIC",
		Short: "Explain a block, an attribute, a function or a fact, as in: plimsoll explain stress.users",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := dsl.Explain(strings.Join(args, " "))
			if err != nil {
				return &outcome{exitWrong, err}
			}
			_, err = fmt.Fprintln(c.Stdout, strings.TrimRight(text, "\n"))
			return delivered(err)
		},
	}
}
