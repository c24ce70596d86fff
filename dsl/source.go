package dsl

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Bounds of what is read, so that no plan exhausts the machine.
const (
	maxFiles     = 1_000
	maxPlanBytes = 8 << 20
	maxFileBytes = 64 << 20 // of data, bodies and the like
)

// file is one file of the plan.
type file struct {
	name     string
	body     *hclsyntax.Body
	included bool
}

func (f *file) dir() string { return path.Dir(f.name) }

// read parses every file of the plan, those that it includes too. They are ordered by name.
func (l *loader) read() {
	if len(l.source.Paths) == 0 {
		l.fail(hcl.Range{}, "no plan is named", "Name a folder of *.hcl files, or a single file.")
		return
	}
	l.plan.Path, l.plan.Below = l.source.Paths[0], path.Clean(l.source.Paths[0])
	for _, p := range l.source.Paths {
		l.readPath(path.Clean(p), hcl.Range{Filename: p}, false)
	}
	slices.SortStableFunc(l.files, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	for _, f := range l.files {
		l.plan.Files = append(l.plan.Files, f.name)
	}
}

// readPath reads a file, or every *.hcl file of a folder; at is who asked for it.
func (l *loader) readPath(name string, at hcl.Range, included bool) {
	info, err := l.stat(name)
	if err != nil {
		l.fail(at, fmt.Sprintf("cannot read %s: %s", name, reason(err)), "Name a folder of *.hcl files, or a single file, inside the repository.")
		return
	}
	if !info.IsDir() {
		l.readFile(name, at, included)
		return
	}
	entries, err := fs.ReadDir(l.source.FS, name)
	if err != nil {
		l.fail(at, fmt.Sprintf("cannot read the folder %s: %s", name, reason(err)), "Check its permissions.")
		return
	}
	found := false
	for _, e := range entries {
		inside := path.Join(name, e.Name())
		if e.IsDir() || path.Ext(inside) != ".hcl" || strings.HasPrefix(e.Name(), ".") || l.isVarFile(inside) {
			continue
		}
		found = true
		l.readFile(inside, at, included)
	}
	if !found {
		l.fail(at, fmt.Sprintf("the folder %s holds no *.hcl file", name), "Name the folder of a plan; `plimsoll init` writes one.")
	}
}

func (l *loader) isVarFile(name string) bool {
	return slices.ContainsFunc(l.source.VarFiles, func(v string) bool { return path.Clean(v) == name })
}

// readFile parses a file once, however often it is named, and then what it includes.
func (l *loader) readFile(name string, at hcl.Range, included bool) {
	if _, again := l.parsed[name]; again {
		return
	}
	if len(l.files) >= maxFiles {
		l.fail(at, fmt.Sprintf("the plan has more than %d files", maxFiles), "Split it into several plans.")
		return
	}
	body, ok := l.parse(name, at)
	if !ok {
		return
	}
	f := &file{name: name, body: body, included: included}
	l.files = append(l.files, f)
	l.include(f)
}

// parse reads and parses one file of HCL. Of a broken one, what the parser could make of it is declared, so that other
// files can refer to it.
func (l *loader) parse(name string, at hcl.Range) (*hclsyntax.Body, bool) {
	source, err := l.readAll(name, maxPlanBytes)
	if err != nil {
		l.fail(at, fmt.Sprintf("cannot read %s: %s", name, reason(err)), "Name a file inside the repository.")
		return nil, false
	}
	parsed, found := parse(source, name)
	l.parsed[name] = parsed
	for _, d := range found {
		l.adopt(hcl.Diagnostics{syntaxProblem(d)}, nil)
		if strings.Contains(d.Summary, "string") {
			break // a text that is not closed swallows what follows: the rest would mislead
		}
	}
	l.broken[name] = found.HasErrors()
	body, ok := parsed.Body.(*hclsyntax.Body)
	return body, ok
}

// syntaxProblem adds to a diagnostic of HCL's parser what it cannot know of this language.
func syntaxProblem(d *hcl.Diagnostic) *hcl.Diagnostic {
	if strings.Contains(d.Summary, "template") && !strings.Contains(d.Summary, "string") && !strings.Contains(d.Detail, "$${") {
		d.Detail += " To send %{ or ${ as it stands, write %%{ or $${."
	}
	return d
}

// include reads what the plan blocks of a file include. That comes before anything is resolved, so only plain text may name it.
func (l *loader) include(f *file) {
	for _, b := range f.body.Blocks {
		attribute := b.Body.Attributes["include"]
		if b.Type != "plan" || attribute == nil {
			continue
		}
		value, found := attribute.Expr.Value(nil)
		names, ok := plainTexts(value)
		if found.HasErrors() || !ok {
			l.fail(attribute.Expr.Range(), "include takes a list of plain texts", `Files are read before variables are known: write include = ["../common"].`)
			continue
		}
		for _, name := range names {
			if inside, ok := l.inside(f.dir(), name, attribute.Expr.Range()); ok {
				l.readPath(inside, attribute.Expr.Range(), true)
			}
		}
	}
}

// plainTexts reads a text, or a list of texts.
func plainTexts(v cty.Value) ([]string, bool) {
	if v.IsNull() || !v.IsWhollyKnown() {
		return nil, false
	}
	if v.Type() == cty.String {
		return []string{v.AsString()}, true
	}
	if !v.CanIterateElements() {
		return nil, false
	}
	var texts []string
	for _, e := range v.AsValueSlice() {
		if e.IsNull() || e.Type() != cty.String {
			return nil, false
		}
		texts = append(texts, e.AsString())
	}
	return texts, true
}

// inside makes a path that stands in a file of dir into one of the file system; one that leaves it is a mistake.
func (l *loader) inside(dir, name string, at hcl.Range) (string, bool) {
	joined, err := join(dir, name)
	if err != nil {
		l.fail(at, err.Error(), "Paths are relative to the file that names them, and stay inside the repository (`--root` says where that begins).")
	}
	return joined, err == nil
}

func join(dir, name string) (string, error) {
	joined := path.Join(dir, name)
	if path.IsAbs(name) || !fs.ValidPath(joined) {
		return "", fmt.Errorf("%s leads out of the repository", name)
	}
	return joined, nil
}

func (l *loader) stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, errors.New("it leads out of the repository")
	}
	return fs.Stat(l.source.FS, name)
}

// readAll reads a whole file of at most limit bytes.
func (l *loader) readAll(name string, limit int64) ([]byte, error) {
	info, err := l.stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("it has %d bytes, more than %d", info.Size(), limit)
	}
	return fs.ReadFile(l.source.FS, name)
}

// reason is why a file could not be read, without the path, which the message names already.
func reason(err error) string {
	if inner := new(fs.PathError); errors.As(err, &inner) {
		err = inner.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "it does not exist"
	}
	return err.Error()
}
