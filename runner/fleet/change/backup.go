package change

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"time"

	"plimsoll/runner/fleet"
)

const (
	backupsFolder = "backups/"
	manifestName  = "manifest.json"
	// idLayout is how an ID spells its instant, so that IDs sort by time.
	idLayout = "20060102T150405.000Z"
)

// Backup is what one service was before a change set: a folder of the state with one file per resource, in the words of the
// AWS CLI, and this as its manifest.
type Backup struct {
	Schema    int       `json:"schema"`
	ID        string    `json:"id"`      // of the change set; its services share it
	Folder    string    `json:"folder"`  // backups/<id>-<service>
	Service   string    `json:"service"` // title; "" of the account as a whole
	Plan      string    `json:"plan"`
	Digest    string    `json:"digest"`
	Who       Who       `json:"who"`
	At        time.Time `json:"at"`
	Rollback  string    `json:"rollback,omitempty"`  // the change set that this one rolled back
	Emergency bool      `json:"emergency,omitempty"` // it set the service to its minimum
	Verdict   Verdict   `json:"verdict"`             // how the change set ended
	Resources []Saved   `json:"resources"`           // in the order of the change set
}

// Saved is one resource of a backup, and what was made of it.
type Saved struct {
	Index   int            `json:"index"` // within the change set
	Ref     fleet.Ref      `json:"ref"`
	File    string         `json:"file,omitempty"`    // what it was; "" where it was not there
	Restore string         `json:"restore,omitempty"` // the command that restores it by hand, in the backup's folder
	Fields  []fleet.Field  `json:"fields"`
	After   fleet.Document `json:"after,omitempty"`   // as the change set asked for it; nil: removed
	Applied fleet.Document `json:"applied,omitempty"` // as it was then read back

	Before fleet.Document `json:"-"` // read from File where it is needed
}

// backUp writes what every resource is into a folder per service. Nothing is changed before all of it is written.
func (t *transaction) backUp(ctx context.Context) error {
	id, err := t.freeID(ctx)
	if err != nil {
		return err
	}
	t.journal.ID = id
	for i := range t.journal.Set.Changes {
		t.step(BackingUp, i)
		b := t.backupOf(t.journal.Set.Changes[i].Service)
		if err := t.saveBefore(ctx, b, i); err != nil {
			return err
		}
	}
	for _, b := range t.backups {
		t.journal.Backups = append(t.journal.Backups, b.Folder)
	}
	return t.saveManifests(ctx)
}

// freeID is this instant, or the next one that no change set has.
func (t *transaction) freeID(ctx context.Context) (string, error) {
	for at := t.journal.Began.UTC(); ; at = at.Add(time.Millisecond) {
		id := at.Format(idLayout)
		taken, err := t.Store.List(ctx, backupsFolder+id)
		if err != nil || len(taken) == 0 {
			return id, err
		}
	}
}

// backupOf is the backup of a service, begun where there is none yet.
func (t *transaction) backupOf(service string) *Backup {
	for _, b := range t.backups {
		if b.Service == service {
			return b
		}
	}
	j := t.journal
	b := &Backup{
		Schema: schema, ID: j.ID, Folder: backupsFolder + j.ID + "-" + folderName(service), Service: service,
		Plan: j.Set.Plan, Digest: j.Set.Digest, Who: j.Who, At: j.Began, Rollback: j.Set.Rollback, Emergency: j.Set.Emergency,
		Verdict: Unfinished,
	}
	t.backups = append(t.backups, b)
	return b
}

func (t *transaction) saveBefore(ctx context.Context, b *Backup, i int) error {
	change := t.journal.Set.Changes[i]
	saved := Saved{Index: i, Ref: change.Ref, Fields: logged(change), After: change.After}
	if change.Before != nil {
		saved.File = fmt.Sprintf("%03d-%s-%s.json", i+1, change.Ref.Kind, fileName(change.Ref.ID))
		saved.Restore = restoring(change.Ref, saved.File)
		if err := t.save(ctx, path.Join(b.Folder, saved.File), change.Before); err != nil {
			return err
		}
	}
	b.Resources = append(b.Resources, saved)
	return nil
}

func (t *transaction) saveManifests(ctx context.Context) error {
	for _, b := range t.backups {
		if err := t.save(ctx, path.Join(b.Folder, manifestName), b); err != nil {
			return err
		}
	}
	return nil
}

// restoring is the command that writes a document again by hand; "" where there is none for a single resource.
func restoring(ref fleet.Ref, file string) string {
	command := ref.Kind.Command()
	if command == "" {
		return ""
	}
	if ref.Place.Region != "" {
		command += " --region " + ref.Place.Region
	}
	return "aws " + command + " --cli-input-json file://" + file
}

// longestName bounds a name in the state, in bytes: file systems take 255.
const longestName = 60

// fileName is a text as part of a file's name: it may stand for several texts.
func fileName(text string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, text)
	return name[:min(len(name), longestName)]
}

// folderName is a service's title as part of a folder's name: it stands for no other title, wherever cases count or not.
func folderName(service string) string {
	const account, short = "account", 4
	name := fileName(service)
	if service == "" {
		return account
	}
	if name == service && name != account {
		return name
	}
	sum := sha256.Sum256([]byte(service))
	return name + "-" + hex.EncodeToString(sum[:short])
}
