package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	if left, err := os.ReadFile(journalOf(path)); err != nil || string(left) != "of a run that was killed" {
		t.Errorf("the journal of the killed run is not put back: %q, %v", left, err)
	}
}

func TestOneRunWritesToADestination(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	first, err := openDestination(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openDestination(path); !errors.Is(err, errTaken) || !strings.Contains(err.Error(), "--out") {
		t.Errorf("a second run: %v", err)
	}
	if err := first.discard(); err != nil {
		t.Fatalf("the second run took the journal of the first: %v", err)
	}
	if _, err := os.Stat(journalOf(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the journal is left behind: %v", err)
	}
	next, err := openDestination(path)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := next.discard(); err != nil {
		t.Error(err)
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
