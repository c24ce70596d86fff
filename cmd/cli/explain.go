package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl"
	"plimsoll/dsl/diag"
)

func (c *Command) explainVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [TOPIC]",
		Short: "Explain a block, an attribute, a function or a fact, as in: plimsoll explain stress.users",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return delivered(c.topics())
			}
			text, err := dsl.Explain(strings.Join(args, " "))
			if err != nil {
				return &outcome{exitWrong, err}
			}
			_, err = fmt.Fprintln(c.Stdout, strings.TrimRight(text, "\n"))
			return delivered(err)
		},
	}
}

// topics lists what can be explained, without what belongs to another topic.
func (c *Command) topics() error {
	short := slices.DeleteFunc(dsl.Topics(), func(topic string) bool { return strings.ContainsAny(topic, ".") })
	for _, line := range diag.Wrap(strings.Join(short, " "), 100) {
		if _, err := fmt.Fprintln(c.Stdout, line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(c.Stdout, "\nAnd what belongs to them, as in: plimsoll explain stress.users")
	return err
}
