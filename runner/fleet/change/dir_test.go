package change

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDirIsPrivate(t *testing.T) {
	d := Dir{filepath.Join(t.TempDir(), ".plimsoll")}
	if _, err := d.Read(t.Context(), "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read from no folder: %v", err)
	}
	if names, err := d.List(t.Context(), ""); err != nil || names != nil {
		t.Errorf("list of no folder: %v, %v", names, err)
	}
	if err := d.Remove(t.Context(), "a"); err != nil {
		t.Errorf("remove from no folder: %v", err)
	}
	if _, err := os.Stat(d.Path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("looking made the folder")
	}
	if err := d.Write(t.Context(), "backups/b/c.json", []byte("1")); err != nil {
		t.Fatal(err)
	}
	modes := map[string]fs.FileMode{}
	err := filepath.WalkDir(d.Path, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		name, _ := filepath.Rel(d.Path, path)
		modes[filepath.ToSlash(name)] = info.Mode().Perm()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{".": 0o700, ".gitignore": 0o600, "backups": 0o700, "backups/b": 0o700, "backups/b/c.json": 0o600}
	if diff := cmp.Diff(want, modes); diff != "" && runtime.GOOS != "windows" {
		t.Errorf("modes (-want +got):\n%s", diff)
	}
	if ignored, err := os.ReadFile(filepath.Join(d.Path, ".gitignore")); err != nil || string(ignored) != "*\n" {
		t.Errorf(".gitignore: %q, %v", ignored, err)
	}
}

func TestDirKeepsFiles(t *testing.T) {
	d := Dir{t.TempDir()}
	for _, name := range []string{"b/2", "b/1", "a"} {
		if err := d.Create(t.Context(), name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Create(t.Context(), "a", nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
	entries, err := os.ReadDir(d.Path)
	if err != nil || len(entries) != 3 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := d.Write(t.Context(), "a", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Read(t.Context(), "a"); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	for prefix, want := range map[string][]string{"": {".gitignore", "a", "b/1", "b/2"}, "b/": {"b/1", "b/2"}, "b/2": {"b/2"}, "c/": nil} {
		if got, err := d.List(t.Context(), prefix); err != nil || !cmp.Equal(want, got) {
			t.Errorf("list %q: %v, %v", prefix, got, err)
		}
	}
	if err := d.Remove(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(t.Context(), "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read what is removed: %v", err)
	}
}

func TestDirIsNotLeft(t *testing.T) {
	outside := t.TempDir()
	d := Dir{filepath.Join(outside, "state")}
	if err := d.Write(t.Context(), "a", nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../secret", "/etc/passwd"} {
		if _, err := d.Read(t.Context(), name); err == nil {
			t.Errorf("%s is read", name)
		}
		if d.Write(t.Context(), name, nil) == nil || d.Create(t.Context(), name, nil) == nil || d.Remove(t.Context(), name) == nil {
			t.Errorf("%s is written or removed", name)
		}
	}
}

// TestDirCarriesAChangeSet keeps the whole state in a folder.
func TestDirCarriesAChangeSet(t *testing.T) {
	w, set := fleetOfOne(t)
	before := w.snapshot()
	c := w.process(1, cut{})
	c.Store = Dir{filepath.Join(t.TempDir(), ".plimsoll")}
	mustApply(t, c, set)
	if _, err := c.lock(t.Context(), "plans/fleet", false); err != nil {
		t.Fatal(err)
	}
	other := w.process(2, cut{})
	other.Store = c.Store
	var locked *LockedError
	if _, err := other.Apply(t.Context(), set, Options{}); !errors.As(err, &locked) || locked.Holder.Who != c.Who {
		t.Errorf("second writer: %v", err)
	}
	mustRoll, err := other.Rollback(t.Context(), RollbackOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Apply(t.Context(), mustRoll, Options{BreakLock: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		t.Errorf("not as it was (-want +got):\n%s", diff)
	}
}
