package alibaba

import (
	"cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// RegionOfEnvironment returns the region that the environment names, or nothing.
// The command line reads the first variable, Terraform the second.
func RegionOfEnvironment(m machine.Machine) string {
	return cmp.Or(m.Getenv("ALIBABA_CLOUD_REGION_ID"), m.Getenv("ALIBABA_CLOUD_REGION"))
}

// Region returns the region that the environment names, or else the profile in use,
// or nothing. It reads the files that the sources of keys read.
func Region(m machine.Machine) (string, error) {
	if region := RegionOfEnvironment(m); region != "" {
		return region, nil
	}
	s := &sources{m}
	_, all, name, err := s.cliProfiles()
	if p := find(all, name); p != nil && p.RegionID != "" {
		return p.RegionID, nil
	}
	if err == nil || credential.IsAbsent(err) {
		var p map[string]string
		_, _, p, err = s.iniProfile()
		if p["region_id"] != "" {
			return p["region_id"], nil
		}
	}
	if credential.IsAbsent(err) {
		err = nil
	}
	return "", err
}
