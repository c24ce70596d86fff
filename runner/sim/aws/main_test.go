package aws

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// loadFleet reads testdata/fleet.json: two services of one cluster, one of them behind a load balancer.
func loadFleet(t testing.TB) Fleet {
	t.Helper()
	text, err := os.ReadFile("testdata/fleet.json")
	if err != nil {
		t.Fatal(err)
	}
	var fleet Fleet
	if err := json.Unmarshal(text, &fleet); err != nil {
		t.Fatal(err)
	}
	return fleet
}

// serve starts a server for the length of a test, and returns the configuration of clients for it.
func serve(t testing.TB, options Options) (*Server, awssdk.Config) {
	t.Helper()
	return serveFleet(t, options, func(*Fleet) {})
}

// serveFleet is serve of a fleet with a change.
func serveFleet(t testing.TB, options Options, change func(*Fleet)) (*Server, awssdk.Config) {
	t.Helper()
	if options.Start.IsZero() {
		options.Start = noon
	}
	fleet := loadFleet(t)
	change(&fleet)
	server, err := Start(context.Background(), options, fleet, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, awssdk.Config{
		Region: "us-east-1", BaseEndpoint: awssdk.String(server.URL()), HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", ""),
		Retryer: func() awssdk.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 1 })
		},
	}
}
