package change

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"plimsoll/runner/fleet"
)

const logName = "changes.log"

// Entry is one line of the log of changes: a change that was made or taken back. Documents never enter it.
type Entry struct {
	Time      time.Time     `json:"time"`
	Who       Who           `json:"who"`
	Plan      string        `json:"plan"`
	ID        string        `json:"id"` // of the change set
	Rollback  string        `json:"rollback,omitempty"`
	Emergency bool          `json:"emergency,omitempty"`
	Service   string        `json:"service"`
	Kind      fleet.Kind    `json:"kind"`
	Resource  string        `json:"resource"`
	Fields    []fleet.Field `json:"fields"`
	Made      string        `json:"made,omitempty"` // the revision that was registered
	Verdict   Verdict       `json:"verdict"`
}

// Log is every change that was made or taken back, oldest first.
func (c *Changer) Log(ctx context.Context) ([]Entry, error) {
	content, err := c.logged(ctx)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for i, line := range bytes.Split(bytes.TrimSpace(content), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read %s of the state: line %d is damaged, take it out: %w", logName, i+1, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func (c *Changer) logged(ctx context.Context) ([]byte, error) {
	content, err := c.Store.Read(ctx, logName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s of the state: %w", logName, err)
	}
	return content, nil
}

// log appends what became of the changes that were begun. Doing so again, after a crash, adds nothing.
func (t *transaction) log(ctx context.Context, verdict Verdict) error {
	content, err := t.logged(ctx)
	if err != nil {
		return err
	}
	content = bytes.TrimRight(content, "\n")
	var last Entry // stays empty where the line is none of ours: a damaged log stops nobody
	if err := json.Unmarshal(content[bytes.LastIndexByte(content, '\n')+1:], &last); err == nil && last.ID == t.journal.ID && last.Verdict == verdict {
		return nil
	}
	if len(content) > 0 {
		content = append(content, '\n')
	}
	for i := range t.journal.Progress.Reached {
		line, err := json.Marshal(t.entry(i, verdict))
		if err != nil {
			return err
		}
		content = append(append(content, line...), '\n')
	}
	if err := t.Store.Write(ctx, logName, content); err != nil {
		return fmt.Errorf("write %s of the state: %w", logName, err)
	}
	return nil
}

func (t *transaction) entry(i int, verdict Verdict) Entry {
	j, change := t.journal, t.journal.Set.Changes[i]
	return Entry{
		Time: t.Now(), Who: t.Who, Plan: j.Set.Plan, ID: j.ID, Rollback: j.Set.Rollback, Emergency: j.Set.Emergency,
		Service: change.Service, Kind: change.Ref.Kind, Resource: change.Ref.ID, Fields: logged(change),
		Made: j.Progress.Made[i], Verdict: verdict,
	}
}

// logged are the fields of a change as they may be kept: what changed in an environment, by its digest only.
func logged(change fleet.Change) []fleet.Field {
	var kept []fleet.Field
	for _, f := range change.Fields {
		if name := strings.ToLower(f.Name); !strings.Contains(name, "environment") && !strings.Contains(name, "secret") {
			kept = append(kept, f)
		}
	}
	if change.Ref.Kind != fleet.KindTaskDefinition {
		return kept
	}
	for _, f := range differences(change.Before, change.After) {
		if strings.HasSuffix(f.Name, ".environment") || strings.HasSuffix(f.Name, ".secrets") {
			kept = append(kept, f)
		}
	}
	return kept
}
