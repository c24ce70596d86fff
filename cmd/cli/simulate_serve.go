package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/sim"
	"plimsoll/runner/sim/aws"
)

// simulator serves what a plan has simulated. Only with an AWS does anything outlive it, or can others join it.
type simulator struct {
	listening
	services *sim.Server // nil: none is simulated
	aws      *aws.Server // nil: AWS is real
	door     *door       // through which others join; nil without AWS
	folder   string      // "" without AWS
	lock     *os.File
	digest   string // of the account that it began with
	written  string // the digest of what was last kept
	stopped  bool
	kept     bool // the account is as an earlier simulation left it
}

// startSimulator returns once everything listens.
func startSimulator(ctx context.Context, p *plan.Plan, s *serving) (*simulator, error) {
	ctx = context.WithoutCancel(ctx) // it ends in order, by stop
	m := &simulator{}
	err := m.serve(ctx, p, s)
	if err == nil && simulatesAWS(p) {
		err = m.serveAWS(ctx, p, s)
	}
	if err != nil {
		return nil, errors.Join(err, m.stop())
	}
	return m, nil
}

// serve serves the simulated services.
func (m *simulator) serve(ctx context.Context, p *plan.Plan, s *serving) error {
	services := simulated(p)
	if len(services) == 0 {
		return nil
	}
	server, err := sim.Start(ctx, uint64(s.seed), services)
	if err != nil {
		return stuck(fmt.Errorf("simulate the services of %s: %w", p.Path, err))
	}
	m.services = server
	for _, a := range server.Addresses() {
		m.Services = append(m.Services, address{a.Name, a.URL, a.CA})
	}
	return nil
}

// serveAWS serves the simulated AWS from the account as it was left, and lets others join.
func (m *simulator) serveAWS(ctx context.Context, p *plan.Plan, s *serving) error {
	if err := m.take(p); err != nil {
		return err
	}
	account, options, err := m.recall(p, s)
	if err != nil {
		return err
	}
	loads, err := m.workloads(p)
	if err != nil {
		return stuck(err)
	}
	if m.aws, err = aws.Start(ctx, options, account, loads); err != nil {
		return wrong("simulate the AWS of %s: %w", p.Path, err)
	}
	m.AWS = &awsAddress{URL: m.aws.URL(), Region: options.Region, Epoch: m.aws.Now(), Wall: time.Now(), Speed: options.Speed, Kept: m.kept}
	if m.door, err = openDoor(ctx, presence{Serves: servesOf(p), Listening: m.listening}); err != nil {
		return stuck(err)
	}
	return stuck(errors.Join(m.keep(), m.door.tell(filepath.Join(m.folder, presenceFile))))
}

// take makes the folder of a plan its own.
func (m *simulator) take(p *plan.Plan) error {
	lock, err := hold(p)
	if errors.Is(err, errTaken) {
		err = fmt.Errorf("a simulation of %s runs already; other verbs join it: end it before you start another", p.Path)
	}
	m.folder, m.lock = folderOf(p), lock
	return stuck(err)
}

// recall is the account as it was left, or as the plan has it.
func (m *simulator) recall(p *plan.Plan, s *serving) (aws.Fleet, aws.Options, error) {
	options := optionsOf(p, uint64(s.seed))
	account, digest, err := accountOf(p)
	if err != nil {
		return account, options, err
	}
	m.digest = digest
	if s.reset {
		return account, options, nil
	}
	left, err := readKept(m.folder, digest)
	if left == nil || err != nil {
		return account, options, stuck(err)
	}
	m.kept = true
	return left.Fleet, left.resume(options), nil
}

// resume carries time on, and makes other ids than the simulations before.
func (k *kept) resume(o aws.Options) aws.Options {
	o.Seed ^= uint64(k.Time.UnixNano())
	if k.Time.After(time.Now()) {
		o.Start = k.Time
	}
	return o
}

// keepInterval is how often the account is kept while it is served.
const keepInterval = 3 * time.Second

// keepUntil keeps the account from time to time until ctx ends, and tells when it first could not.
func (m *simulator) keepUntil(ctx context.Context, complaints io.Writer) {
	often := time.NewTicker(keepInterval)
	defer often.Stop()
	told := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-often.C:
		}
		if err := m.keep(); err != nil && !told {
			told = true
			fmt.Fprintf(complaints, "plimsoll: %v\n", err)
		}
	}
}

// keep writes the account down, if there is one and it has changed.
func (m *simulator) keep() error {
	if m.aws == nil {
		return nil
	}
	now := m.aws.Now()
	fleet, err := m.aws.Fleet()
	if err != nil {
		return fmt.Errorf("keep the simulated account: %w", err)
	}
	digest := digestOf(fleet)
	if digest == m.written {
		return nil
	}
	text, err := json.Marshal(kept{m.digest, now, fleet})
	if err == nil {
		err = writeFile(filepath.Join(m.folder, accountFile), text)
	}
	if err != nil {
		return fmt.Errorf("keep the simulated account: %w", err)
	}
	m.written = digest
	return nil
}

// stop ends everything: others cannot join any more, then nothing answers, then the account is kept for good. It may be
// called again.
func (m *simulator) stop() error {
	if m.stopped {
		return nil
	}
	m.stopped = true
	var found []error
	if m.door != nil {
		found = append(found, m.door.close(filepath.Join(m.folder, presenceFile)))
	}
	if m.aws != nil {
		m.written = "" // at least the time is another
		found = append(found, m.aws.Close(), m.keep())
	}
	if m.services != nil {
		found = append(found, m.services.Close())
	}
	if m.lock != nil {
		found = append(found, m.lock.Close())
	}
	return errors.Join(found...)
}
