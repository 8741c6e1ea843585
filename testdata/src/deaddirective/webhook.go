//apivet:webhook github // want `apivet:webhook does nothing here; it belongs in the documentation of a handler`

package deaddirective
