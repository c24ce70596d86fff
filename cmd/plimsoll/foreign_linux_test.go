package main

import (
	"bufio"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// foreignLimit lies between two levels of the plan, and is none of those that halving them tries.
const foreignLimit = 131

// TestCapacityForeign asks servers that are not ours, and compares what the plan finds with their own count.
func TestCapacityForeign(t *testing.T) {
	server := startWebsockets(t)
	proxy, authority := startProxy(t, server)
	tests := []struct {
		name string
		args []string
	}{
		{"websockets", []string{"--var", "endpoint=http://" + server}},
		{"websockets behind nginx with TLS", []string{"--var", "endpoint=https://" + proxy, "--var", "ca=" + authority}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := append(test.args, "--only", "idle", "--var", "hold=200ms")
			code, doc := execute(t, filepath.Join("..", "..", "plans", "capacity"), args...)
			if code != 0 && code != 1 || len(doc.Scenarios) != 1 || doc.Scenarios[0].Capacity == nil {
				t.Fatalf("exit %d: %v", code, doc.Reasons)
			}
			found, own := doc.Scenarios[0].Capacity, peak(t, server)
			if found.Max != foreignLimit || found.Bound != "exact" || own != foreignLimit {
				t.Errorf("found %d (%s), the server counted %d, and admits %d: %s", found.Max, found.Bound, own, foreignLimit, found.StoppedBy)
			}
			if !strings.Contains(found.StoppedBy, "503") {
				t.Errorf("stopped by %q, want the server's status 503", found.StoppedBy)
			}
		})
	}
}

// peak is the most connections that the server has held at once since it was last asked.
func peak(t *testing.T, server string) int {
	t.Helper()
	response, err := http.Get("http://" + server + "/peak")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 100))
	if err != nil {
		t.Fatal(err)
	}
	count, err := strconv.Atoi(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// startWebsockets runs testdata/foreign.py until the end of the test, and returns its address.
func startWebsockets(t *testing.T) string {
	t.Helper()
	const python = "/usr/bin/python3" // Debian's, which sees Debian's packages
	if err := exec.Command(python, "-c", "import websockets").Run(); err != nil {
		missing(t, "python3-websockets")
	}
	cmd := exec.Command(python, filepath.Join("testdata", "foreign.py"), strconv.Itoa(foreignLimit))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strings.TrimSpace(port)
}

// startProxy puts nginx with TLS before the server, and returns its address and the certificate to trust.
func startProxy(t *testing.T, server string) (address, authority string) {
	t.Helper()
	if _, err := exec.LookPath("nginx"); err != nil {
		missing(t, "nginx-light")
	}
	folder, address := t.TempDir(), freeAddress(t)
	certificate, key := selfSigned(t)
	if err := os.WriteFile(filepath.Join(folder, "pair.pem"), append(key, certificate...), 0o600); err != nil {
		t.Fatal(err)
	}
	serveNginx(t, folder, fmt.Sprintf(proxyConfiguration, folder, address, server), address)
	return address, string(certificate)
}

// selfSigned is the certificate of httptest for 127.0.0.1, and its key, in PEM.
func selfSigned(t *testing.T) (certificate, key []byte) {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	pair := server.TLS.Certificates[0]
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// missing skips the test, but for the gate, which installs what it needs.
func missing(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing", name)
	}
	t.Skipf("needs Debian's %[1]s: apt-get install %[1]s", name)
}

const proxyConfiguration = `
daemon off;
master_process off;
pid %[1]s/nginx.pid;
events { worker_connections 2000; }
http {
  access_log off;
  client_body_temp_path %[1]s;
  proxy_temp_path %[1]s;
  server {
    listen %[2]s ssl backlog=1024;
    ssl_certificate %[1]s/pair.pem;
    ssl_certificate_key %[1]s/pair.pem;
    location / {
      proxy_pass http://%[3]s;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
    }
  }
}
`
