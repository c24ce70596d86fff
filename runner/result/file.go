package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// MaxSize is the most bytes that Read takes; a document stays far below it.
const MaxSize = 64 << 20

// Write puts the document at path, whole or not at all: it is written beside it, synced, and renamed over it.
func Write(path string, d *Document) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write result: %w", errors.Join(err, os.Remove(f.Name())))
		}
	}()
	if err := fill(f, d); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// fill writes the document to a fresh file that anyone may read, as other results of a build are.
func fill(f *os.File, d *Document) error {
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := Encode(f, d); err != nil {
		return err
	}
	return f.Sync()
}

// Read reads a document that Write wrote.
func Read(path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read result: %w", err)
	}
	defer f.Close()
	d, err := Decode(f)
	if err != nil {
		return nil, fmt.Errorf("read result %s: %w", path, err)
	}
	return d, nil
}

// Encode writes the document as JSON.
func Encode(w io.Writer, d *Document) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(d)
}

// Decode reads one document of at most MaxSize bytes and refuses other versions of the schema.
func Decode(r io.Reader) (*Document, error) { return decode(r, MaxSize) }

func decode(r io.Reader, most int64) (*Document, error) {
	limited := &io.LimitedReader{R: r, N: most}
	var d Document
	if err := json.NewDecoder(limited).Decode(&d); err != nil {
		if limited.N <= 0 {
			return nil, fmt.Errorf("larger than %d bytes; is this a result of plimsoll?", most)
		}
		return nil, fmt.Errorf("not a result of plimsoll: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return &d, nil
}

// check refuses what this version of the program would misread.
func (d *Document) check() error {
	switch {
	case d.Schema == 0:
		return errors.New("not a result of plimsoll: it has no schema")
	case d.Schema > Schema:
		return fmt.Errorf("schema %d is newer than %d, the newest known; use the plimsoll that wrote it (%s)", d.Schema, Schema, d.Version)
	case d.Schema < Schema:
		return fmt.Errorf("schema %d is older than %d; use the plimsoll that wrote it (%s)", d.Schema, Schema, d.Version)
	}
	return nil
}
