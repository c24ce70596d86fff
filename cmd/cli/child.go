package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// childFlag marks a simulation that lives as long as its parent.
const childFlag = "child"

// simulation is a process of its own that serves the simulated services of a plan, so that neither its CPU nor its
// memory is ever taken for the generator's.
type simulation struct {
	process *exec.Cmd
	input   io.Closer // the child ends when it is closed, also by the death of this process
}

// startSimulation runs this binary's simulate, and returns once everything listens.
func startSimulation(src *source, seed uint64) (*simulation, []address, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("start the simulation: %w", err)
	}
	args := append([]string{"simulate", "-o", "json", "--" + childFlag, "--seed", strconv.FormatUint(seed, 10)}, src.arguments()...)
	s := &simulation{process: exec.Command(self, args...)}
	var complaints bytes.Buffer
	s.process.Stderr = &complaints
	s.process.SysProcAttr = ownGroup()
	s.process.WaitDelay = childPatience
	if s.input, err = s.process.StdinPipe(); err != nil {
		return nil, nil, fmt.Errorf("start the simulation: %w", err)
	}
	output, err := s.process.StdoutPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("start the simulation: %w", err)
	}
	if err := s.process.Start(); err != nil {
		return nil, nil, fmt.Errorf("start the simulation: %w", err)
	}
	listening, err := s.listen(output)
	if err != nil {
		err = errors.Join(err, s.stop())
		return nil, nil, fmt.Errorf("start the simulation: %w\n%s", err, complaints.Bytes())
	}
	return s, listening.Services, nil
}

// listen waits for the line that tells where the services are.
func (s *simulation) listen(output io.Reader) (addresses, error) {
	late := time.AfterFunc(childPatience, func() { _ = s.process.Process.Kill() })
	defer late.Stop()
	line, err := bufio.NewReader(io.LimitReader(output, 1<<20)).ReadBytes('\n')
	if err != nil {
		return addresses{}, fmt.Errorf("it ended before it listened: %w", err)
	}
	var listening addresses
	return listening, json.Unmarshal(line, &listening)
}

// stop ends the child, and waits for it.
func (s *simulation) stop() error {
	_ = s.input.Close()
	late := time.AfterFunc(childPatience, func() { _ = s.process.Process.Kill() })
	defer late.Stop()
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("end the simulation: %w", err)
	}
	return nil
}
