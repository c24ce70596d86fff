package cli

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
)

//go:embed templates/*
var templates embed.FS

// A kind is a sort of service for which there is a starter plan: a folder of templates.
type kind string

// String, Set and Type make a kind a pflag.Value.
func (k *kind) String() string { return string(*k) }

// Set refuses what there is no starter plan for.
func (k *kind) Set(s string) error {
	for _, known := range kinds() {
		if s == known {
			*k = kind(s)
			return nil
		}
	}
	return errors.New("want http, websocket or chatbot")
}

// Type is what the help calls the value.
func (k *kind) Type() string { return "http|websocket|chatbot" }

func kinds() []string { return []string{"http", "websocket", "chatbot"} }

func (c *Command) initVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Write a commented plan to start from; it runs as it is, against a simulated service",
		Args:  cobra.MaximumNArgs(1),
	}
	what := kind("http")
	cmd.Flags().Var(&what, "for", "what is to be tested")
	_ = cmd.RegisterFlagCompletionFunc("for", cobra.FixedCompletions(kinds(), cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = func(_ *cobra.Command, args []string) error { return c.start(pathOf(args), what) }
	return cmd
}

// start writes the starter plan into a folder. Nothing is overwritten: if any of its files is there, none is written.
func (c *Command) start(folder string, what kind) error {
	starter, err := fs.Sub(templates, "templates/"+string(what))
	if err != nil {
		return stuck(err)
	}
	names, err := fs.Glob(starter, "*")
	if err != nil {
		return stuck(err)
	}
	for _, name := range names {
		path := filepath.Join(folder, name)
		if _, err := os.Lstat(path); err == nil {
			return wrong("%s is there already, and is left as it is; name another folder: plimsoll init FOLDER", path)
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return stuck(fmt.Errorf("write the plan: %w", err))
	}
	for _, name := range names {
		if err := copyNew(starter, name, filepath.Join(folder, name)); err != nil {
			return stuck(fmt.Errorf("write the plan: %w", err))
		}
		fmt.Fprintf(c.Stderr, "wrote %s\n", diag.Line(filepath.Join(folder, name)))
	}
	_, err = fmt.Fprintf(c.Stdout, "plimsoll run %s\n", diag.Line(folder))
	return delivered(err)
}

// copyNew writes a template to a file that must not be there yet.
func copyNew(from fs.FS, name, path string) error {
	content, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
