package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// largestFile bounds a change set's file.
const largestFile = 32 << 20

// mostChanges bounds the changes of one change set.
const mostChanges = 10_000

// Write writes the change set as a file that may be shown to anybody: as Shared.
func (c *ChangeSet) Write(w io.Writer) error {
	text, err := json.MarshalIndent(c.Shared(), "", "  ")
	if err != nil {
		return fmt.Errorf("write the change set: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// ReadChangeSet reads a change set that Write wrote. What it leaves out of task definitions must be filled in by Complete
// before it is applied.
func ReadChangeSet(r io.Reader) (*ChangeSet, error) {
	text, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the change set: %w", err)
	}
	if len(text) > largestFile {
		return nil, fmt.Errorf("read the change set: it is larger than %d MiB, which none is", largestFile>>20)
	}
	c := &ChangeSet{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(c); err != nil {
		return nil, fmt.Errorf("read the change set: %w: it must be a file that adjust --out wrote", err)
	}
	return c, c.check()
}

// check refuses what no change set of this version can be.
func (c *ChangeSet) check() error {
	switch {
	case c.Schema != ChangeSetSchema:
		return fmt.Errorf("the change set has schema %d, and this plimsoll reads %d: make it again with adjust --out", c.Schema, ChangeSetSchema)
	case len(c.Changes) > mostChanges:
		return fmt.Errorf("the change set has %d changes, which is more than %d", len(c.Changes), mostChanges)
	}
	for i, change := range c.Changes {
		_, known := ranks[change.Ref.Kind]
		switch {
		case !known || change.Ref.ID == "":
			return fmt.Errorf("change %d of the change set is of no resource that plimsoll knows: make it again with adjust --out", i+1)
		case change.After == nil && (change.Before == nil || c.Rollback == ""):
			return fmt.Errorf("change %d of the change set deletes %s, which only a rollback does: make it again with adjust --out", i+1, change.Ref.ID)
		}
	}
	return nil
}

// Containers of a task definition hold environments, secrets and commands. Of them, a shared document has only what a
// change set may set, and one digest of all the rest.
var sharedOfContainer = map[string]bool{"name": true, "cpu": true, "memory": true, "memoryReservation": true, "ulimits": true}

const (
	containersKey = "containerDefinitions"
	restKey       = "rest" // of a shared container: the digest
)

// Shared is the change set without environments, secrets and commands: in their place is a digest. It says everything that
// an applied one needs besides what AWS still has.
func (c *ChangeSet) Shared() *ChangeSet {
	made := *c
	made.Changes = make([]Change, len(c.Changes))
	for i, change := range c.Changes {
		if change.Ref.Kind == KindTaskDefinition {
			change.Before, change.After = change.Before.shared(), change.After.shared()
		}
		made.Changes[i] = change
	}
	return &made
}

func (d Document) shared() Document {
	made := d.Clone()
	for _, container := range objects(made.list(containersKey)) {
		rest := container.rest()
		if len(rest) == 0 || rest[restKey] != nil {
			continue
		}
		for name := range rest {
			delete(container, name)
		}
		container[restKey] = digestOf(rest)
	}
	return made
}

// rest is what a shared container leaves out.
func (d Document) rest() map[string]any {
	made := map[string]any{}
	for name, value := range d {
		if !sharedOfContainer[name] {
			made[name] = value
		}
	}
	return made
}

// Complete fills in what a change set's file leaves out. read gives a resource as it is now; only task definitions that were
// left incomplete are read. One that is not as it was shown is an error, and so is nothing else changed.
func (c *ChangeSet) Complete(read func(Ref) (Document, error)) error {
	for i := range c.Changes {
		change := &c.Changes[i]
		if change.Ref.Kind != KindTaskDefinition || !change.After.incomplete() {
			continue
		}
		now, err := read(change.Ref)
		if err == nil {
			err = change.complete(now)
		}
		if err != nil {
			return fmt.Errorf("complete the change of task definition %s: %w", change.Ref.ID, err)
		}
	}
	return nil
}

func (d Document) incomplete() bool {
	for _, container := range objects(d.list(containersKey)) {
		if container[restKey] != nil {
			return true
		}
	}
	return false
}

// complete gives each container of After what the same container has now.
func (c *Change) complete(now Document) error {
	if !same(map[string]any(now.shared()), map[string]any(c.Before)) {
		return errors.New("it is not as it was shown: look again, and make the change set anew")
	}
	after := c.After.Clone()
	have, want := objects(now.Clone().list(containersKey)), objects(after.list(containersKey))
	shown := objects(c.Before.list(containersKey))
	if len(want) != len(have) {
		return errors.New("it would have other containers, whose settings the file leaves out: apply it from where it was made")
	}
	for i, container := range want {
		if container.text("name") != have[i].text("name") || !same(container[restKey], shown[i][restKey]) {
			return fmt.Errorf("container %s would get settings that the file leaves out: apply it from where it was made", Line(container.text("name")))
		}
		delete(container, restKey)
		for name, value := range have[i].rest() {
			container[name] = value
		}
	}
	c.Before, c.After = now, after
	return nil
}
