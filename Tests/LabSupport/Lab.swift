/// The lab of real libvirt hosts, as the tests use it.
package enum Lab {}
