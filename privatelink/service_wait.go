package privatelink

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitVpcEndpointServiceActive waits until the endpoint service is Active, and
// returns it. It fails at the third consecutive poll that finds it Deleting.
//
// RAM action: privatelink:GetVpcEndpointServiceAttribute.
func (c *Client) WaitVpcEndpointServiceActive(ctx context.Context, serviceID string, opts WaitOptions) (VpcEndpointService, error) {
	wrong := 0
	return waitFor(ctx, "WaitVpcEndpointServiceActive", opts, c.vpcEndpointService(serviceID), wait.Goal[VpcEndpointService]{Done: func(s VpcEndpointService) (string, bool, error) {
		if s.ServiceStatus != ServiceStatusDeleting { // no source calls it a failure
			wrong = 0
		} else if wrong++; wrong == 3 {
			return string(s.ServiceStatus), false, fmt.Errorf("a service that is %s does not become %s", s.ServiceStatus, ServiceStatusActive)
		}
		return string(s.ServiceStatus), s.ServiceStatus == ServiceStatusActive, nil
	}})
}

// WaitVpcEndpointServiceDeleted waits until the endpoint service is gone. It
// succeeds if there is none in the first place.
//
// RAM action: privatelink:GetVpcEndpointServiceAttribute.
func (c *Client) WaitVpcEndpointServiceDeleted(ctx context.Context, serviceID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitVpcEndpointServiceDeleted", opts, c.vpcEndpointService(serviceID), wait.Goal[VpcEndpointService]{
		Gone: func(err error) bool { return errors.Is(err, CodeServiceNotFound) }, // other codes of the kind speak of other things
		Done: func(s VpcEndpointService) (string, bool, error) { return string(s.ServiceStatus), false, nil },
	})
	return err
}

// vpcEndpointService returns what gets an endpoint service.
func (c *Client) vpcEndpointService(serviceID string) func(context.Context) (VpcEndpointService, error) {
	return func(ctx context.Context) (VpcEndpointService, error) {
		out, err := c.GetVpcEndpointServiceAttribute(ctx, GetVpcEndpointServiceAttributeRequest{ServiceID: serviceID})
		if err != nil {
			return VpcEndpointService{}, err
		}
		return out.VpcEndpointService, about("GetVpcEndpointServiceAttribute", serviceID, out.ServiceID, out.RequestID)
	}
}
