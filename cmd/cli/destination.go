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

func journalOf(path string) string { return path + ".journal" }

// destination is where the result of a run will go, and its journal meanwhile.
type destination struct {
	path    string
	journal *os.File
}

// openDestination makes sure that the result can be written, and opens the journal beside it. The folder must allow new
// files, since the result is written beside its path and renamed over it.
func openDestination(path string) (*destination, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("write the result to %s: it is no regular file; name another with --out", path)
	}
	journal, err := os.OpenFile(journalOf(path), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("write the result beside %s: %w; name a file in a writable folder with --out", filepath.Base(path), err)
	}
	if err := reserve(journal, reserved); err != nil {
		return nil, fmt.Errorf("set %d MB aside for the result %s: %w; make room, or name another disk with --out",
			reserved>>20, path, errors.Join(err, journal.Close(), os.Remove(journal.Name())))
	}
	return &destination{path, journal}, nil
}

// discard removes the journal, for a run that never began.
func (d *destination) discard() error {
	return errors.Join(d.journal.Close(), os.Remove(d.journal.Name()))
}

// save writes the result, and removes the journal once that is safe.
func (d *destination) save(doc *result.Document) error {
	if err := result.Write(d.path, doc); err != nil {
		return fmt.Errorf("%w; what was measured is in %s", err, d.journal.Name())
	}
	return d.discard()
}
