package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"plimsoll/runner/fleet"
)

// documentOfDashboard is a dashboard as PutDashboard takes it.
func documentOfDashboard(d *cloudwatch.GetDashboardOutput) fleet.Document {
	return encode(settingsOf[cloudwatch.PutDashboardInput](d), asInGo)
}

func readDashboard(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	out, err := c.metrics.GetDashboard(ctx, &cloudwatch.GetDashboardInput{DashboardName: &id})
	if unlessGone(err) != nil {
		return nil, told(err)
	}
	if err != nil {
		return nil, nil
	}
	return documentOfDashboard(out), nil
}

func writeDashboard(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	in := &cloudwatch.PutDashboardInput{}
	if err := decode(d, asInGo, in); err != nil {
		return "", err
	}
	in.DashboardName = &id
	_, err := c.metrics.PutDashboard(ctx, in)
	return "", told(err)
}

func removeDashboard(ctx context.Context, c *clients, id string) error {
	_, err := c.metrics.DeleteDashboards(ctx, &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{id}})
	return told(unlessGone(err))
}
