package change

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"plimsoll/runner/fleet"
)

const (
	journalName  = "journal.json"
	progressName = "progress.json"
	// schema is the version of what this room writes into a state.
	schema = 1
)

// Journal is a change set that was begun and not ended: by a crash, or because undoing failed too. While it is there nothing
// else is changed; Recover ends it.
type Journal struct {
	Schema  int              `json:"schema"`
	ID      string           `json:"id"`
	Who     Who              `json:"who"`
	Began   time.Time        `json:"began"`
	Set     *fleet.ChangeSet `json:"set"`
	Backups []string         `json:"backups"` // folders

	Progress Progress `json:"-"`
}

// Progress is how far a change set has come. It is written before and after each write.
type Progress struct {
	ID      string         `json:"id"`             // of the journal
	Done    int            `json:"done"`           // the changes before this one are in effect
	Open    bool           `json:"open"`           // the change number Done is being written or undone
	Reached int            `json:"reached"`        // as many were ever begun
	Made    map[int]string `json:"made,omitempty"` // ARNs of revisions, by the change that registered them
}

// PendingError says that a change set was begun and not ended.
type PendingError struct{ Journal *Journal }

func (e *PendingError) Error() string {
	j := e.Journal
	return fmt.Sprintf("change set %s, begun by %s on %s at %s, did not end (%d of %d changes are made): finish it or undo it first",
		j.ID, j.Who.User, j.Who.Host, j.Began.UTC().Format(time.RFC3339), j.Progress.Done, len(j.Set.Changes))
}

// Pending is the change set that was begun and not ended; nil if there is none. It may be under way: then somebody holds
// the lock.
func (c *Changer) Pending(ctx context.Context) (*Journal, error) {
	var j Journal
	found, err := c.load(ctx, journalName, &j)
	if err != nil {
		return nil, fmt.Errorf("%w: if it is damaged, see by a review whether the fleet is as it should be, then take that file out of the state", err)
	}
	if !found {
		return nil, nil
	}
	if j.Schema != schema || j.Set == nil {
		return nil, fmt.Errorf("%s was written by another version of plimsoll: recover with that one", journalName)
	}
	var p Progress
	if _, err := c.load(ctx, progressName, &p); err != nil {
		return nil, err
	}
	if p.ID == j.ID {
		j.Progress = p
	}
	if err := check(j.Set); err != nil {
		return nil, fmt.Errorf("read %s of the state: %w", journalName, err)
	}
	last := len(j.Set.Changes)
	if now := j.Progress; now.Done < 0 || now.Done > last || now.Done == last && now.Open || now.Reached > last {
		return nil, fmt.Errorf("%s does not belong to %s: the state was edited by hand", progressName, journalName)
	}
	j.Progress.ID = j.ID
	return &j, nil
}

// load reads one JSON file of the state; false where there is none.
func (c *Changer) load(ctx context.Context, name string, into any) (bool, error) {
	content, err := c.Store.Read(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = decode(content, into)
	}
	if err != nil {
		return false, fmt.Errorf("read %s of the state: %w", name, err)
	}
	return true, nil
}

func (c *Changer) save(ctx context.Context, name string, v any) error {
	if err := c.Store.Write(ctx, name, encode(v)); err != nil {
		return fmt.Errorf("write %s of the state: %w", name, err)
	}
	return nil
}

// encode writes what this room keeps: readable, one line a field, a newline at the end.
func encode(v any) []byte {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("state that is no JSON: " + err.Error())
	}
	return append(text, '\n')
}

// decode reads what encode wrote. Numbers of documents are kept as they are written.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}
