//! Gives the program its icon, version and manifest on Windows, and takes the symbols out of it on Linux.

fn main() {
    println!("cargo::rerun-if-changed=packaging/windows/bpclip.manifest");
    println!("cargo::rerun-if-changed=assets/icons/bpclip.ico");
    // A fifth of the file. Cargo forgets the profile's `strip` for a package with an `opt-level` of its own.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux")
        && std::env::var("PROFILE").is_ok_and(|profile| profile == "release")
    {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }
    #[cfg(windows)]
    resources();
}

#[cfg(windows)]
fn resources() {
    let mut resources = winresource::WindowsResource::new();
    resources
        .set("ProductName", "BPCLIP Inspector")
        .set("FileDescription", "BPCLIP Inspector")
        .set(
            "LegalCopyright",
            "The BPCLIP Inspector developers, MIT OR Apache-2.0",
        )
        .set_icon("assets/icons/bpclip.ico")
        .set_manifest_file("packaging/windows/bpclip.manifest");
    // Without the tools of a Windows SDK the program is built all the same, without an icon.
    if let Err(error) = resources.compile() {
        println!("cargo::warning=the program gets no icon: {error}");
    }
}
