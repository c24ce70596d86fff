package change

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"plimsoll/runner/fleet"
)

// Backups are those of the state, newest first; at most limit, 0 for all. A change set over several services has one of
// each, with the same ID. They are to be shown, and so without documents, which hold environments.
func (c *Changer) Backups(ctx context.Context, limit int) ([]*Backup, error) {
	folders, err := c.folders(ctx)
	if err != nil {
		return nil, err
	}
	if limit > 0 {
		folders = folders[:min(len(folders), limit)]
	}
	all, err := c.reopen(ctx, folders)
	for _, b := range all {
		for i := range b.Resources {
			b.Resources[i].After, b.Resources[i].Applied = nil, nil
		}
	}
	return all, err
}

// folders are those of the backups, newest first.
func (c *Changer) folders(ctx context.Context) ([]string, error) {
	files, err := c.Store.List(ctx, backupsFolder)
	if err != nil {
		return nil, fmt.Errorf("list the backups of the state: %w", err)
	}
	var folders []string
	for _, file := range slices.Backward(files) {
		if path.Base(file) == manifestName {
			folders = append(folders, path.Dir(file))
		}
	}
	return folders, nil
}

// reopen reads the manifests of backups.
func (c *Changer) reopen(ctx context.Context, folders []string) ([]*Backup, error) {
	all := make([]*Backup, 0, len(folders))
	for _, folder := range folders {
		b := &Backup{}
		found, err := c.load(ctx, path.Join(folder, manifestName), b)
		if err != nil {
			return nil, fmt.Errorf("%w: the backup is damaged: mend that file, or move the folder out of the state", err)
		}
		if !found || b.Schema != schema {
			return nil, fmt.Errorf("%s is no backup of this version of plimsoll: move it out of the state", folder)
		}
		b.Folder = folder
		all = append(all, b)
	}
	return all, nil
}

// choose finds the backups of the change set that is to be rolled back: by its ID or a folder, or the latest that is in effect, of
// these services; none means all.
func (c *Changer) choose(ctx context.Context, id string, fits func(*Backup) bool) ([]*Backup, error) {
	folders, err := c.folders(ctx)
	if err != nil {
		return nil, err
	}
	var chosen []*Backup
	for _, folder := range folders {
		if !matches(folder, id) && id != "" {
			continue
		}
		opened, err := c.reopen(ctx, []string{folder})
		if err != nil {
			return nil, err
		}
		b := opened[0]
		if len(chosen) > 0 && b.ID != chosen[0].ID {
			break
		}
		if c.of(b) && fits(b) && (b.Verdict == Applied || id != "") {
			chosen = append(chosen, b)
		}
	}
	for _, b := range chosen {
		if err := c.loadBefore(ctx, b); err != nil {
			return nil, err
		}
	}
	return chosen, nil
}

// of reports whether a backup is of the plan: several plans may share a state.
func (c *Changer) of(b *Backup) bool { return c.Plan == "" || b.Plan == c.Plan }

// matches reports whether a backup's folder is the one called id, or belongs to the change set called so.
func matches(folder, id string) bool {
	name := strings.TrimPrefix(folder, backupsFolder)
	return name == strings.TrimPrefix(id, backupsFolder) || strings.HasPrefix(name, id+"-")
}

// loadBefore reads what the resources of a backup were.
func (c *Changer) loadBefore(ctx context.Context, b *Backup) error {
	for i := range b.Resources {
		s := &b.Resources[i]
		if s.File == "" {
			continue
		}
		var d fleet.Document
		name := path.Join(b.Folder, path.Base(s.File))
		if found, err := c.load(ctx, name, &d); err != nil {
			return err
		} else if !found || d == nil {
			return fmt.Errorf("%s is missing from the state: this backup cannot be restored whole", name)
		}
		s.Before = d
	}
	return nil
}
