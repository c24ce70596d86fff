package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/runner/fleet"
)

// documentOfCluster is a cluster's settings, as UpdateClusterSettings takes them. The cluster must have been described with
// its SETTINGS.
func documentOfCluster(c ecstypes.Cluster) fleet.Document {
	return encode(ecs.UpdateClusterSettingsInput{Cluster: c.ClusterName, Settings: c.Settings}, asInECS)
}

func readCluster(ctx context.Context, c *clients, id string) (fleet.Document, error) {
	out, err := c.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{
		Clusters: []string{id}, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldSettings},
	})
	if err != nil {
		return nil, told(err)
	}
	if len(out.Clusters) == 0 {
		return nil, nil
	}
	return documentOfCluster(out.Clusters[0]), nil
}

func writeCluster(ctx context.Context, c *clients, id string, d fleet.Document) (string, error) {
	in := &ecs.UpdateClusterSettingsInput{}
	if err := decode(d, asInECS, in); err != nil {
		return "", err
	}
	in.Cluster = &id
	_, err := c.ecs.UpdateClusterSettings(ctx, in)
	return "", told(err)
}
