package machine

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tree is a file system of small files; a nil one is absent.
func tree(files map[string]string) fs.FS {
	if files == nil {
		return nil
	}
	all := fstest.MapFS{}
	for name, content := range files {
		all[name] = &fstest.MapFile{Data: []byte(content + "\n")}
	}
	return all
}

// with is a tree of files with others added or replaced.
func with(files map[string]string, more map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range []map[string]string{files, more} {
		for name, content := range m {
			all[name] = content
		}
	}
	return all
}

// bareProc is /proc of a machine with 4 GiB, of which 3 are free.
var bareProc = map[string]string{
	"meminfo":                                "MemTotal:        4194304 kB\nMemFree:          524288 kB\nMemAvailable:    3145728 kB",
	"self/cgroup":                            "0::/",
	"self/fd/0":                              "",
	"self/fd/1":                              "",
	"self/fd/2":                              "",
	"self/net/route":                         "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\ndocker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\nwlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\neth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0",
	"sys/fs/nr_open":                         "1048576",
	"sys/net/core/somaxconn":                 "4096",
	"sys/net/ipv4/ip_local_port_range":       "32768\t60999",
	"sys/net/ipv4/tcp_tw_reuse":              "2",
	"sys/net/netfilter/nf_conntrack_count":   "144",
	"sys/net/netfilter/nf_conntrack_max":     "262144",
	"sys/net/ipv4/ip_local_reserved_ports":   "",
	"sys/net/ipv4/conf/all/something_unread": "1",
}

// bare is a machine with two CPUs that nothing confines.
func bare() Host {
	return Host{
		OS:     "linux",
		CPUs:   2,
		Proc:   tree(bareProc),
		Cgroup: tree(map[string]string{"cgroup.controllers": "cpu memory"}),
		Rlimit: func() (uint64, uint64, error) { return 20_000, 20_000, nil },
		Links: func() ([]Link, error) {
			return []Link{
				{"lo", true, prefixes("127.0.0.1/8", "::1/128")},
				{"eth0", false, prefixes("10.0.0.7/24", "fe80::1/64", "10.0.0.8/24")},
				{"docker0", false, prefixes("172.17.0.1/16")},
			}, nil
		},
	}
}

func prefixes(all ...string) []netip.Prefix {
	var parsed []netip.Prefix
	for _, p := range all {
		parsed = append(parsed, netip.MustParsePrefix(p))
	}
	return parsed
}

// answers is a client that answers paths with bodies, and everything else with 404.
type answers map[string]string

func (a answers) Do(r *http.Request) (*http.Response, error) {
	body, ok := a[r.URL.Path]
	response := &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(strings.NewReader(body))}
	if !ok {
		response.StatusCode, response.Status = http.StatusNotFound, "404 Not Found"
	}
	return response, nil
}

// does is a function as a client.
type does func(*http.Request) (*http.Response, error)

func (d does) Do(r *http.Request) (*http.Response, error) { return d(r) }

const taskAnswer = `{
  "Cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/beta-cluster",
  "TaskARN": "arn:aws:ecs:us-east-1:123456789012:task/beta-cluster/0f9d",
  "Family": "plimsoll", "Revision": "7", "ServiceName": "load", "DesiredStatus": "RUNNING",
  "Limits": {"CPU": 0.25, "Memory": 512}, "LaunchType": "FARGATE", "AvailabilityZone": "us-east-1a",
  "Containers": [{"Name": "plimsoll", "Limits": {"CPU": 256}}]
}`

const containerAnswer = `{
  "Name": "plimsoll", "Limits": {"CPU": 256, "Memory": 400},
  "Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.0.0.7"]}]
}`

// inTask makes the host one of a Fargate task.
func inTask(h Host) Host {
	h.Getenv = variable("http://169.254.170.2/v4/abc")
	h.Client = answers{"/v4/abc": containerAnswer, "/v4/abc/task": taskAnswer}
	return h
}

// variable is an environment with the address of the metadata alone.
func variable(address string) func(string) (string, bool) {
	return func(name string) (string, bool) { return address, name == metadataVariable }
}

func inspect(h Host) Report { return Inspect(context.Background(), h) }

var errBroken = errors.New("broken")
