package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"
)

// A format is the value of -o: what is written to the standard output.
type format string

const (
	asText format = "text"
	asJSON format = "json"
)

// String, Set and Type make a format a pflag.Value.
func (f *format) String() string { return string(*f) }

// Set refuses what is no format.
func (f *format) Set(s string) error {
	if s != string(asText) && s != string(asJSON) {
		return fmt.Errorf("want text or json")
	}
	*f = format(s)
	return nil
}

// Type is what the help calls the value.
func (f *format) Type() string { return "text|json" }

// A number is the value of --seed.
type number uint64

// String, Set and Type make a number a pflag.Value.
func (n *number) String() string { return strconv.FormatUint(uint64(*n), 10) }

// Set refuses what is no number.
func (n *number) Set(s string) error {
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return fmt.Errorf("want a whole number, 0 or more")
	}
	*n = number(v)
	return nil
}

// Type is what the help calls the value.
func (n *number) Type() string { return "number" }

// outputFlag adds -o to a verb.
func outputFlag(cmd *cobra.Command) *format {
	f := asText
	cmd.Flags().VarP(&f, "output", "o", "what to write to the standard output")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{string(asText), string(asJSON)}, cobra.ShellCompDirectiveNoFileComp))
	return &f
}

// writeJSON writes a value as one line of JSON.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
