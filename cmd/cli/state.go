package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet/change"
	"plimsoll/runner/fleet/cloud"
)

// stateFolder holds what outlives a call, at the root of the repository around the plan.
const stateFolder = ".plimsoll"

// openState is where backups, journal, lock and log of changes are: the bucket that the plan names, else the state folder,
// which is made when something is first written.
func (c *Command) openState(ctx context.Context, p *plan.Plan, aws *cloud.Cloud) (change.Store, error) {
	if p.State == "" {
		return change.Dir{Path: filepath.Join(p.Root, stateFolder)}, nil
	}
	store, err := aws.Store(ctx, p.State, onlySimulated(p))
	if err != nil {
		return nil, stuck(err)
	}
	return store, nil
}

// checkState refuses to change AWS from a machine that is gone afterwards, with the backups on it.
func (c *Command) checkState(p *plan.Plan) error {
	if ci, _ := c.Getenv("CI"); ci == "true" && p.State == "" && !onlySimulated(p) {
		return wrong("under CI=true the state must outlive this machine: give %s a plan { state = \"s3://bucket/prefix\" }", p.Path)
	}
	return nil
}

// onlySimulated reports whether nothing of a plan is in the real AWS.
func onlySimulated(p *plan.Plan) bool {
	return simulatesAWS(p) && !slices.ContainsFunc(p.Services, func(s *plan.Service) bool { return s.ECS != nil && !p.AWSSimulated(s) })
}

// bucketOf is the bucket of a plan's state; "" without.
func bucketOf(p *plan.Plan) string {
	u, err := url.Parse(p.State)
	if err != nil {
		return ""
	}
	return u.Host
}

// makeStateFolder makes the state folder out of sight of version control.
func makeStateFolder(root string) error {
	folder := filepath.Join(root, stateFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the state: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, ".gitignore"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		_, err = f.WriteString("*\n")
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("make the folder of the state: %w", err)
	}
	return nil
}
