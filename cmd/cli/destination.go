package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"plimsoll/runner/result"
)

// defaultResult is where a run writes its result, and report looks for it.
const defaultResult = "plimsoll.json"

// reserved is how many bytes are set aside for a journal before there is any load, so that a full disk is found early.
const reserved = 16 << 20

// errTaken is that another process holds a journal.
var errTaken = errors.New("another run is writing there")

func journalOf(path string) string { return path + ".journal" }

// destination is where the result of a run will go, and its journal meanwhile.
type destination struct {
	path    string
	journal *os.File
	kept    string // where the journal that a killed run had left is now; "": there was none
}

// openDestination makes sure that the result can be written, and opens the journal beside it. The folder must allow new
// files, since the result is written beside its path and renamed over it.
func openDestination(path string) (*destination, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("write the result to %s: it is no regular file; name another with --out", path)
	}
	d := &destination{path: path}
	if err := d.openJournal(); err != nil {
		return nil, err
	}
	if err := reserve(d.journal, reserved); err != nil {
		return nil, fmt.Errorf("set %d MB aside for the result %s: %w; make room, or name another disk with --out",
			reserved>>20, path, errors.Join(err, d.discard()))
	}
	return d, nil
}

// openJournal takes the lock of the journal, which the system gives back when this process ends, however it does. What a
// killed run had left is kept under another name.
func (d *destination) openJournal() error {
	for {
		f, err := os.OpenFile(journalOf(d.path), os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			return fmt.Errorf("write the result beside %s: %w; name a file in a writable folder with --out", filepath.Base(d.path), err)
		}
		if err := lock(f); err != nil {
			return fmt.Errorf("write the result to %s: %w; name another file with --out", d.path, errors.Join(err, f.Close()))
		}
		opened, err := f.Stat()
		if err != nil {
			return fmt.Errorf("write the result beside %s: %w", d.path, errors.Join(err, f.Close()))
		}
		named, err := os.Stat(f.Name())
		switch {
		case err != nil || !os.SameFile(opened, named): // the run that had it ended meanwhile
			err = f.Close()
		case opened.Size() == 0:
			d.journal = f
			return nil
		default:
			d.kept = f.Name() + ".old"
			err = move(f, d.kept)
		}
		if err != nil {
			return fmt.Errorf("keep the journal of a killed run: %w; name another file with --out", err)
		}
	}
}

// discard removes the journal of a run that never began, and puts back what it had replaced.
func (d *destination) discard() error {
	if d.kept == "" {
		return remove(d.journal)
	}
	return errors.Join(remove(d.journal), os.Rename(d.kept, d.journal.Name()))
}

// save writes the result, and removes the journal once that is safe.
func (d *destination) save(doc *result.Document) error {
	if err := result.Write(d.path, doc); err != nil {
		return fmt.Errorf("%w; what was measured is in %s", err, d.journal.Name())
	}
	return remove(d.journal)
}
