package change

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// What Dir makes is for its owner alone: backups hold environments.
const (
	ownFolder = 0o700
	ownFile   = 0o600
)

// Dir is a Store in a folder, which it makes when something is first written, with a .gitignore that keeps all of it out of
// version control. It never leaves the folder, whatever the names.
type Dir struct{ Path string }

var _ Store = Dir{}

// temporary is how a file is called while it is being written.
const temporary = ".tmp-"

// Read implements Store.
func (d Dir) Read(_ context.Context, name string) ([]byte, error) {
	root, err := os.OpenRoot(d.Path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.ReadFile(name)
}

// Write implements Store: the file is there whole, or as it was.
func (d Dir) Write(_ context.Context, name string, content []byte) error {
	return d.put(name, content, func(root *os.Root, written string) error { return root.Rename(written, name) })
}

// Create implements Store: the file is there whole, or not at all, where the file system knows hard links.
func (d Dir) Create(_ context.Context, name string, content []byte) error {
	return d.put(name, content, func(root *os.Root, written string) error {
		err := root.Link(written, name)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			err = fill(root, name, content)
		}
		return errors.Join(err, root.Remove(written))
	})
}

// put writes a file under another name beside its own, and has it moved to its place.
func (d Dir) put(name string, content []byte, move func(root *os.Root, written string) error) error {
	root, err := d.make(name)
	if err != nil {
		return err
	}
	defer root.Close()
	written := path.Join(path.Dir(name), temporary+rand.Text())
	if err := fill(root, written, content); err != nil {
		return err
	}
	return move(root, written)
}

// fill writes a file that is not there yet, to the disk itself.
func fill(root *os.Root, name string, content []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, ownFile)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = cmp.Or(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, root.Remove(name))
	}
	return nil
}

// make opens the folder, made with all that name needs.
func (d Dir) make(name string) (*os.Root, error) {
	if err := os.MkdirAll(d.Path, ownFolder); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(d.Path)
	if err != nil {
		return nil, err
	}
	err = fill(root, ".gitignore", []byte("*\n"))
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = root.MkdirAll(path.Dir(name), ownFolder)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the folder of the state: %w", err), root.Close())
	}
	return root, nil
}

// Remove implements Store.
func (d Dir) Remove(_ context.Context, name string) error {
	root, err := os.OpenRoot(d.Path)
	if err == nil {
		defer root.Close()
		err = root.Remove(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// List implements Store.
func (d Dir) List(_ context.Context, prefix string) ([]string, error) {
	root, err := os.OpenRoot(d.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var names []string
	err = fs.WalkDir(root.FS(), within(prefix), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasPrefix(name, prefix) && !strings.HasPrefix(entry.Name(), temporary) {
			names = append(names, name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	slices.Sort(names)
	return names, err
}

// within is the folder in which all that begins with prefix lies.
func within(prefix string) string {
	if i := strings.LastIndexByte(prefix, '/'); i > 0 {
		return prefix[:i]
	}
	return "."
}
