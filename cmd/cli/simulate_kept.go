package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/sim/aws"
)

// The files of a kept simulation.
const (
	accountFile  = "account.json" // kept
	presenceFile = "running.json" // presence
	lockFile     = "lock"         // held by the process that serves
)

// folderOf is where what outlives the simulations of a plan is kept.
func folderOf(p *plan.Plan) string {
	path := p.Path
	if paths, err := within(p.Root, p.Path); err == nil {
		path = paths[0]
	}
	name := strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(path, "-"), "-")
	return filepath.Join(p.Root, stateFolder, "sim", strings.TrimPrefix(name+"-"+digestOf(path)[:8], "-"))
}

// kept is the simulated account as it was left.
type kept struct {
	Digest string    `json:"digest"` // of what it began with
	Time   time.Time `json:"time"`   // of the simulated AWS, which does not go back
	Fleet  aws.Fleet `json:"fleet"`
}

// readKept reads the account that was kept; nil where there is none, or it belongs to another plan.
func readKept(folder, digest string) (*kept, error) {
	text, err := os.ReadFile(filepath.Join(folder, accountFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the simulated account: %w", err)
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("read the simulated account %s: %w; begin afresh with simulate --reset", filepath.Join(folder, accountFile), err)
	}
	if k.Digest != digest {
		return nil, nil
	}
	return &k, nil
}

// writeFile writes a file that is only ever seen whole, by this user alone.
func writeFile(path string, content []byte) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// hold makes the folder of a plan and takes its lock. Who looks whether it is taken has it for a moment.
func hold(p *plan.Plan) (*os.File, error) {
	if err := makeStateFolder(p.Root); err != nil {
		return nil, err
	}
	folder := folderOf(p)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("keep the simulated account: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep the simulated account: %w", err)
	}
	for deadline := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err = lock(f); err == nil || !errors.Is(err, errTaken) || time.Now().After(deadline) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// held reports whether a process holds the lock of a folder.
func held(folder string) bool {
	f, err := os.OpenFile(filepath.Join(folder, lockFile), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(lock(f), errTaken)
}
