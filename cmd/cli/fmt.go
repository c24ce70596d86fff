package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"plimsoll/dsl"
	"plimsoll/dsl/diag"
)

// maxInput bounds what is formatted from the standard input.
const maxInput = 16 << 20

// formatting is one call of fmt.
type formatting struct {
	check, diff bool
	unformatted bool // a file was found that is not as it should be
	broken      bool // a file was found that cannot be read as HCL
}

func (c *Command) fmtVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fmt [PATH…]",
		Short: "Format plans in place, and list the files that changed",
		Long: "Format the *.hcl files of the folders, and the files named, in place, and list those that changed.\n" +
			"A single - formats the standard input.",
	}
	f := &formatting{}
	cmd.Flags().BoolVar(&f.check, "check", false, "change nothing; exit 1 if a file is not formatted")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "change nothing; show what would change")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 1 && args[0] == "-" {
			return c.formatInput(f)
		}
		if len(args) == 0 {
			args = []string{"."}
		}
		return c.formatPaths(f, args)
	}
	return cmd
}

func (c *Command) formatPaths(f *formatting, paths []string) error {
	files, err := planFiles(paths)
	if err != nil {
		return err
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return stuck(err)
		}
		formatted, ok, err := c.formatted(f, file, source)
		if err != nil {
			return err
		}
		if !ok || bytes.Equal(source, formatted) {
			continue
		}
		if err := c.changed(f, file, source, formatted); delivered(err) != nil {
			return delivered(err)
		}
	}
	return f.outcome()
}

func (c *Command) formatInput(f *formatting) error {
	source, err := io.ReadAll(io.LimitReader(c.Stdin, maxInput+1))
	if err != nil {
		return stuck(fmt.Errorf("read the standard input: %w", err))
	}
	if len(source) > maxInput {
		return wrong("the standard input is longer than %d MB: is it a plan?", maxInput>>20)
	}
	formatted, ok, err := c.formatted(f, "<stdin>", source)
	if err != nil {
		return err
	}
	if ok {
		if err := c.formattedInput(f, source, formatted); delivered(err) != nil {
			return delivered(err)
		}
	}
	return f.outcome()
}

// formatted formats one source. What cannot be read is shown by its place only: which values are sensitive is not known
// before the plan is loaded, so that its lines cannot be quoted.
func (c *Command) formatted(f *formatting, name string, source []byte) ([]byte, bool, error) {
	formatted, found := dsl.Format(name, source)
	if found.HasErrors() {
		f.broken = true
		return nil, false, c.show(diag.List{Diagnostics: found})
	}
	return formatted, true, nil
}

// changed writes or shows what is to change in a file.
func (c *Command) changed(f *formatting, file string, source, formatted []byte) error {
	f.unformatted = true
	if f.diff {
		_, err := c.Stdout.Write(diff.Diff(file, source, file+" (formatted)", formatted))
		return err
	}
	if !f.check {
		if err := replace(file, formatted); err != nil {
			return fmt.Errorf("format %s: %w", file, err)
		}
	}
	_, err := fmt.Fprintln(c.Stdout, diag.Line(file))
	return err
}

func (c *Command) formattedInput(f *formatting, source, formatted []byte) error {
	f.unformatted = !bytes.Equal(source, formatted)
	switch {
	case f.diff:
		formatted = diff.Diff("<stdin>", source, "<stdin> (formatted)", formatted)
	case f.check:
		return nil
	}
	_, err := c.Stdout.Write(formatted)
	return err
}

func (f *formatting) outcome() error {
	switch {
	case f.broken:
		return ended(exitWrong)
	case f.check && f.unformatted:
		return ended(exitBad)
	}
	return nil
}

// planFiles lists the files named, and the *.hcl files of the folders named.
func planFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return nil, wrong("%s is neither a folder nor a file", path)
		case err != nil:
			return nil, stuck(err)
		case !info.IsDir():
			files = append(files, path)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, stuck(err)
		}
		for _, e := range entries {
			if !e.IsDir() && filepath.Ext(e.Name()) == ".hcl" {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
	}
	return files, nil
}

// replace gives a file new content, whole or not at all, and keeps its permissions.
func replace(path string, content []byte) (err error) {
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
