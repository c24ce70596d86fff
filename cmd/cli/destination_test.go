package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestDestination(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	if err := os.WriteFile(journalOf(path), []byte("of a run that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := openDestination(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(journalOf(path)); err != nil || info.Size() != 0 {
		t.Errorf("the journal does not begin empty: %v, %v", info, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a result before the run: %v", err)
	}
	if err := d.discard(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(journalOf(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the journal is left behind: %v", err)
	}
}

// TestReserveReportsTheDisk stands for a full one: what cannot be written is found at once.
func TestReserveReportsTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path) // for reading only
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := reserve(f, reserved); err == nil {
		t.Error("space was set aside in a file that cannot be written")
	}
}
