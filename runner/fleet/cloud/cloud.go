// Package cloud reads and writes AWS for the fleet: snapshots, metrics, resources as documents, and state in S3. It is the
// only importer of the AWS SDK's clients.
package cloud

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// Options say how AWS is reached. The zero value is AWS as the process's environment and shared configuration say,
// AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> included.
type Options struct {
	Simulation *Simulation // where places that are simulated are found; nil: there are none
	Version    string      // of plimsoll, for the user agent
	Query      bool        // CloudWatch is spoken to in the query protocol, for emulators that know no CBOR
}

// Simulation is a simulated AWS.
type Simulation struct {
	URL    string
	Region string           // that it answers in where a plan names none
	Now    func() time.Time // its clock
}

// Cloud is AWS as a plan's services see it: one set of clients for each place, made when first needed. It is safe for
// concurrent use.
type Cloud struct {
	options Options

	mu     sync.Mutex
	places map[fleet.Place]*clients
}

// New is AWS, not asked anything yet.
func New(o Options) *Cloud { return &Cloud{options: o, places: map[fleet.Place]*clients{}} }

// clients are the SDK's clients of one place.
type clients struct {
	place   fleet.Place
	config  aws.Config
	ecs     *ecs.Client
	scaling *applicationautoscaling.Client
	metrics *cloudwatch.Client
	logs    *cloudwatchlogs.Client
	elb     *elasticloadbalancingv2.Client
	sns     *sns.Client
	sts     *sts.Client
	waf     *wafv2.Client
	budgets *budgets.Client
	s3      *s3.Client
	pricing *pricing.Client

	identity sync.Mutex
	account  string // as STS says; "" until it was asked

	lookouts lookouts
}

// PlaceOf is where the calls about a service of the plan go.
func PlaceOf(p *plan.Plan, s *plan.Service) fleet.Place {
	return fleet.Place{
		Account: s.ECS.Account, Region: s.ECS.Region, Profile: s.ECS.Profile, Role: s.ECS.Role, Simulated: p.AWSSimulated(s),
	}
}

// Now is the time by the clock of a place.
func (c *Cloud) Now(place fleet.Place) time.Time {
	if place.Simulated && c.options.Simulation != nil && c.options.Simulation.Now != nil {
		return c.options.Simulation.Now()
	}
	return time.Now()
}

// at returns the clients of a place.
func (c *Cloud) at(ctx context.Context, place fleet.Place) (*clients, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.places[place]; known != nil {
		return known, nil
	}
	made, err := c.connect(ctx, place)
	if err != nil {
		return nil, err
	}
	c.places[place] = made
	return made, nil
}

// reach returns the clients of a place whose credentials are known to belong to the account that it names, if it names one.
func (c *Cloud) reach(ctx context.Context, place fleet.Place) (*clients, error) {
	at, err := c.at(ctx, place)
	if err != nil || place.Account == "" {
		return at, err
	}
	found, err := c.Account(ctx, place)
	if err == nil && found != place.Account {
		err = wrongAccount(found, place)
	}
	return at, err
}

func wrongAccount(found string, place fleet.Place) error {
	return fmt.Errorf("the credentials belong to account %s, and the plan says %s: choose the profile or the role of that account", found, place.Account)
}
