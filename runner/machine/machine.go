// Package machine is what this machine may carry: its limits of descriptors, ports, memory and CPU, and the ECS task it
// runs in. It reads, through a Host, what the operating system and the task metadata say; only RaiseDescriptors changes anything.
package machine

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// Report is what was found. Zero values are "unknown here", or "no such limit" where a field says so. It is plain data:
// any number of goroutines may read it.
type Report struct {
	OS          string      `json:"os"` // as runtime.GOOS
	Task        *Task       `json:"task,omitempty"`
	CPU         CPU         `json:"cpu"`
	Memory      Memory      `json:"memory"`
	Descriptors Descriptors `json:"descriptors"`
	Network     Network     `json:"network"`
	Unread      []Unread    `json:"unread,omitempty"`
}

// Unread is something that should have been readable and was not. The limits then come from what else is known.
type Unread struct {
	What string `json:"what"` // a file or an address
	Why  string `json:"why"`
}

// CPU is how much computing the process may use, in CPUs.
type CPU struct {
	Machine float64 `json:"machine"`          // that the process may run on
	Cgroup  float64 `json:"cgroup,omitempty"` // the smallest quota of its control groups; 0 is none
	Task    float64 `json:"task,omitempty"`   // the limit of its ECS task; 0 is none
	Usable  float64 `json:"usable"`           // the smallest of these
}

// Memory is how much memory the process may use, in bytes.
type Memory struct {
	Machine uint64 `json:"machine,omitempty"`
	Cgroup  uint64 `json:"cgroup,omitempty"` // the smallest limit of its control groups; 0 is none
	Task    uint64 `json:"task,omitempty"`   // the limit of its ECS task or container, the smaller; 0 is none
	Limit   uint64 `json:"limit,omitempty"`  // the smallest of these
	Free    uint64 `json:"free"`             // what is left of it, droppable page cache included; where that is not known, half
}

// Descriptors is how many files and connections the process may have open.
type Descriptors struct {
	Soft uint64 `json:"soft,omitempty"` // in force now; Go's runtime raises it to Hard by itself where it can
	Hard uint64 `json:"hard,omitempty"` // to which RaiseDescriptors may raise it
	Open uint64 `json:"open,omitempty"` // when the report was made
}

// Inspect asks the host. It never fails: what cannot be read is unknown, or listed in Unread. It takes at most about two
// seconds, which is how long it waits for the metadata of an ECS task.
func Inspect(ctx context.Context, host Host) Report {
	i := &inspection{host: host}
	i.report.OS = host.OS
	i.report.Task = i.task(ctx)
	i.cpu()
	i.memory()
	i.descriptors()
	i.network()
	return i.report
}

// inspection is one making of a report.
type inspection struct {
	host   Host
	report Report
}

// maxFile is how much of a file in /proc or /sys is read, in bytes; those of interest hold a few lines.
const maxFile = 64 << 10

// text reads a small file; "" where there is none.
func (i *inspection) text(root fs.FS, name string) string {
	if root == nil {
		return ""
	}
	f, err := root.Open(name)
	if err != nil {
		i.unread(name, err)
		return ""
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		i.unread(name, err)
		return ""
	}
	return strings.TrimSpace(string(content))
}

// number reads a file that holds one number; false where there is none.
func (i *inspection) number(root fs.FS, name string) (uint64, bool) {
	content := i.text(root, name)
	if content == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(content, 10, 64)
	if err != nil {
		i.unread(name, err)
		return 0, false
	}
	return n, true
}

// unread notes what could not be read; that something does not exist is no news.
func (i *inspection) unread(what string, why error) {
	if !errors.Is(why, fs.ErrNotExist) {
		i.report.Unread = append(i.report.Unread, Unread{what, clean(why.Error())})
	}
}

// sysctl asks the kernel where there is no /proc; 0 where there is no such setting.
func (i *inspection) sysctl(name string) uint64 {
	if i.host.Sysctl == nil {
		return 0
	}
	n, err := i.host.Sysctl(name)
	if err != nil {
		i.unread("sysctl "+name, err)
		return 0
	}
	return n
}

// descriptors reads the limits; a hard limit beyond what the kernel allows a process at all is cut to that.
func (i *inspection) descriptors() {
	d := &i.report.Descriptors
	if i.host.Rlimit != nil {
		soft, hard, err := i.host.Rlimit()
		if err != nil {
			i.unread("the limit of descriptors", err)
		}
		d.Soft, d.Hard = soft, hard
	}
	ceiling, ok := i.number(i.host.Proc, "sys/fs/nr_open")
	if !ok {
		ceiling = i.sysctl("kern.maxfilesperproc")
	}
	if ceiling > 0 {
		d.Soft, d.Hard = min(d.Soft, ceiling), min(d.Hard, ceiling)
	}
	if i.host.Proc == nil {
		return
	}
	open, err := fs.ReadDir(i.host.Proc, "self/fd")
	if err != nil {
		i.unread("self/fd", err)
	}
	d.Open = uint64(len(open))
}
