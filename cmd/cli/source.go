package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"plimsoll/dsl"
	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
)

// source is where a verb finds its plan: the argument, and the flags about it.
type source struct {
	path     string // as the user named it
	vars     []string
	varFiles []string
	root     string
}

// sourceFlags adds the flags of a verb that loads a plan.
func sourceFlags(cmd *cobra.Command) *source {
	s := &source{}
	cmd.Flags().StringArrayVar(&s.vars, "var", nil, "give a variable a value, as name=value (also PLIMSOLL_VAR_name)")
	cmd.Flags().StringArrayVar(&s.varFiles, "var-file", nil, "read values of variables from an HCL file of name = value")
	cmd.Flags().StringVar(&s.root, "root", "", "folder that no file of the plan may lie outside of (default: the repository)")
	return s
}

// arguments are what makes another plimsoll load the same plan.
func (s *source) arguments() []string {
	args := []string{s.path}
	for _, v := range s.vars {
		args = append(args, "--var", v)
	}
	for _, f := range s.varFiles {
		args = append(args, "--var-file", f)
	}
	if s.root != "" {
		args = append(args, "--root", s.root)
	}
	return args
}

// load reads the plan at path. Places in the diagnostics are relative to the working folder, so that they can be followed.
func (c *Command) load(s *source) (*plan.Plan, diag.List, error) {
	folder, err := s.folder()
	if err != nil {
		return nil, diag.List{}, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, diag.List{}, wrong("open the root of the plan: %w", err)
	}
	defer root.Close()
	src := dsl.Source{FS: root.FS(), Getenv: c.Getenv}
	if src.Variables, err = s.variables(); err != nil {
		return nil, diag.List{}, err
	}
	if src.Paths, err = within(folder, s.path); err != nil {
		return nil, diag.List{}, err
	}
	for _, file := range s.varFiles {
		if _, err := os.Stat(file); err != nil {
			return nil, diag.List{}, wrong("--var-file: %w", err)
		}
	}
	if src.VarFiles, err = within(folder, s.varFiles...); err != nil {
		return nil, diag.List{}, err
	}
	p, found := dsl.Load(src)
	if p != nil {
		p.Path, p.Root = s.path, folder
	}
	return p, relocate(found, folder), nil
}

// loadValid is load for verbs that need a valid plan: what is wrong with it, or odd, is shown.
func (c *Command) loadValid(s *source) (*plan.Plan, error) {
	p, found, err := c.load(s)
	if err != nil {
		return nil, err
	}
	if err := c.show(found); err != nil {
		return nil, err
	}
	if found.HasErrors() {
		return nil, &outcome{exitWrong, fmt.Errorf("%s: %s", s.path, tally(found))}
	}
	return p, nil
}

// show writes diagnostics for people.
func (c *Command) show(found diag.List) error {
	return stuck(found.WriteText(c.Stderr, diag.Layout{Ink: c.ink(c.Stderr), Width: c.columns(c.Stderr)}))
}

// variables splits the values of --var.
func (s *source) variables() (map[string]string, error) {
	all := map[string]string{}
	for _, v := range s.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" { // what was given may be a secret, and is not repeated
			return nil, wrong("--var needs name=value, as in --var users=100")
		}
		all[name] = value
	}
	return all, nil
}

// folder is the root: the one given, else the repository around the plan, else the working folder if the plan is in
// it, else the plan's own folder.
func (s *source) folder() (string, error) {
	if s.root != "" {
		return filepath.Abs(s.root)
	}
	start, err := filepath.Abs(s.path)
	if err != nil {
		return "", stuck(err)
	}
	if info, err := os.Stat(start); err == nil && !info.IsDir() {
		start = filepath.Dir(start)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if here, err := os.Getwd(); err == nil && inside(here, start) {
		return here, nil
	}
	return start, nil
}

// within makes paths relative to the root, slash-separated.
func within(root string, paths ...string) ([]string, error) {
	var all []string
	for _, path := range paths {
		full, err := filepath.Abs(path)
		if err != nil {
			return nil, stuck(err)
		}
		if !inside(root, full) {
			return nil, wrong("%s lies outside of %s; name a folder around both with --root", path, root)
		}
		relative, err := filepath.Rel(root, full)
		if err != nil {
			return nil, stuck(err)
		}
		all = append(all, filepath.ToSlash(relative))
	}
	return all, nil
}

func inside(root, path string) bool {
	relative, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(relative)
}

// relocate names the files of diagnostics as seen from the working folder.
func relocate(found diag.List, root string) diag.List {
	here, err := os.Getwd()
	if err != nil { // then they stay relative to the root
		return found
	}
	name := func(file string) string {
		full := filepath.Join(root, filepath.FromSlash(file))
		if relative, err := filepath.Rel(here, full); err == nil && len(relative) < len(full) {
			return relative
		}
		return full
	}
	moved := diag.List{Files: map[string]*hcl.File{}, Redact: found.Redact}
	for file, content := range found.Files {
		moved.Files[name(file)] = content
	}
	for _, d := range found.Diagnostics {
		c := *d
		if d.Subject != nil {
			subject := *d.Subject
			subject.Filename = name(subject.Filename)
			c.Subject = &subject
		}
		moved.Diagnostics = append(moved.Diagnostics, &c)
	}
	return moved
}

// tally counts diagnostics: 2 errors, 1 warning.
func tally(found diag.List) string {
	errors, warnings := found.Counts()
	var parts []string
	if errors > 0 {
		parts = append(parts, plural(errors, "error"))
	}
	if warnings > 0 {
		parts = append(parts, plural(warnings, "warning"))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
