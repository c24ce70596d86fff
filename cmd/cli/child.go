package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"plimsoll/dsl/plan"
)

// childFlag marks a simulation that lives as long as its parent.
const childFlag = "child"

// childPatience bounds how long a parent waits for its simulation to listen, and to end.
const childPatience = 10 * time.Second

// simulation is a process of its own that serves what a plan has simulated, so that neither its CPU nor its memory is ever
// taken for the generator's: a child, or one that ran already and was joined. The zero simulation serves nothing.
type simulation struct {
	listening
	process *exec.Cmd // nil: it is no child
	input   io.Closer // the child ends when it is closed, also by the death of this process
	joined  *presence // nil: it was not joined
}

// openSimulation joins the running simulation of a plan, or starts one, and says so where AWS is simulated. The caller
// stops it.
func (c *Command) openSimulation(ctx context.Context, p *plan.Plan, src *source) (*simulation, error) {
	s, err := c.find(ctx, p, src)
	if err == nil && s.AWS != nil {
		fmt.Fprintln(c.Stderr, s.tell())
	}
	return s, err
}

// tell says that what follows is not about a real account, by which clock it goes, and from where it begins.
func (s *simulation) tell() string {
	text := fmt.Sprintf("AWS is simulated, its clock %g× as fast as ours: there it is %s", s.AWS.Speed, s.AWS.clock()().UTC().Format("2006-01-02 15:04 UTC"))
	switch {
	case s.joined != nil:
		return text + ". Joined the simulation that runs already."
	case s.AWS.Kept:
		return text + ". Its account is as it was left; plimsoll simulate --reset begins afresh."
	}
	return text + "."
}

func (c *Command) find(ctx context.Context, p *plan.Plan, src *source) (*simulation, error) {
	switch {
	case !simulates(p):
		return &simulation{}, nil
	case !simulatesAWS(p): // it keeps nothing that others could want
		return startSimulation(src, p.Seed)
	}
	folder := folderOf(p)
	joined, err := join(ctx, folder, p)
	if joined != nil || err != nil {
		return joined, err
	}
	started, err := startSimulation(src, p.Seed)
	if err != nil && held(folder) { // another was faster
		if joined, failed := join(ctx, folder, p); joined != nil {
			return joined, failed
		}
	}
	return started, err
}

// join finds the running simulation of a plan; nil where there is none.
func join(ctx context.Context, folder string, p *plan.Plan) (*simulation, error) {
	for deadline := time.Now().Add(childPatience); held(folder); {
		if found, err := readPresence(filepath.Join(folder, presenceFile)); err == nil && found.alive(ctx) {
			if found.Serves != servesOf(p) {
				return nil, wrong("what %s has simulated has changed since its simulation began (process %d): end that one first", p.Path, found.PID)
			}
			return &simulation{listening: found.Listening, joined: found}, nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return nil, stuck(fmt.Errorf("another process has the simulated account of %s, and does not answer: end it, or try again", p.Path))
		}
		time.Sleep(50 * time.Millisecond) // it begins, or ends
	}
	return nil, nil
}

// startSimulation runs this binary's simulate, and returns once everything listens.
func startSimulation(src *source, seed uint64) (*simulation, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, stuck(fmt.Errorf("start the simulation: %w", err))
	}
	args := append([]string{"simulate", "-o", "json", "--" + childFlag, "--seed", strconv.FormatUint(seed, 10)}, src.arguments()...)
	s := &simulation{process: exec.Command(self, args...)}
	var complaints bytes.Buffer
	s.process.Stderr = &complaints
	s.process.SysProcAttr = ownGroup()
	s.process.WaitDelay = childPatience
	output, err := s.spawn()
	if err != nil {
		return nil, stuck(fmt.Errorf("start the simulation: %w", err))
	}
	if err := s.listen(output); err != nil {
		err = fmt.Errorf("start the simulation: %w\n%s", errors.Join(err, s.stop()), complaints.Bytes())
		if s.process.ProcessState.ExitCode() == exitWrong {
			return nil, &outcome{exitWrong, err}
		}
		return nil, stuck(err)
	}
	return s, nil
}

// spawn starts the process between two pipes.
func (s *simulation) spawn() (output io.Reader, err error) {
	if s.input, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	if output, err = s.process.StdoutPipe(); err != nil {
		return nil, err
	}
	return output, s.process.Start()
}

// listen waits for the line that tells where everything is.
func (s *simulation) listen(output io.Reader) error {
	late := time.AfterFunc(childPatience, func() { _ = s.process.Process.Kill() })
	defer late.Stop()
	line, err := bufio.NewReader(io.LimitReader(output, 1<<20)).ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("it ended before it listened: %w", err)
	}
	return json.Unmarshal(line, &s.listening)
}

// stop ends a child, and waits for it; of a simulation that was joined it says whether it lives still.
func (s *simulation) stop() error {
	if s.joined != nil && !s.joined.alive(context.Background()) {
		return fmt.Errorf("the simulation that this call had joined (process %d) ended meanwhile; plimsoll simulate keeps one running", s.joined.PID)
	}
	if s.process == nil {
		return nil
	}
	_ = s.input.Close()
	late := time.AfterFunc(childPatience, func() { _ = s.process.Process.Kill() })
	defer late.Stop()
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("end the simulation: %w", err)
	}
	return nil
}

// leave stops the simulation of a verb whose outcome stands whatever becomes of it, and tells what went wrong.
func (c *Command) leave(s *simulation) {
	if err := s.stop(); err != nil {
		fmt.Fprintf(c.Stderr, "plimsoll: %v\n", err)
	}
}
