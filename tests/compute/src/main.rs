//! `fake-compute [FILE…]`: serves the objects of JSON files, each an array of objects with
//! `selfLink`, until it is killed. Says its address first.

use std::{env, fs, thread};

use fake_compute::Fake;
use serde_json::Value;

fn main() {
    let fake = Fake::start();
    for file in env::args().skip(1) {
        let text = fs::read_to_string(&file).expect("a file to load");
        let objects: Vec<Value> = serde_json::from_str(&text).expect("an array of objects");
        fake.load(objects);
    }
    println!("{}", fake.base_url());
    loop {
        thread::park();
    }
}
