//! Figures under names and numbers that nobody wished for.

use crate::{faults, samples};
use proptest::prelude::*;
use serde_json::Value;
use tandem_charts::{AnyFigure, Look, Size, Theme};

const NAMES: [&str; 9] = [
    "<script>alert(1)</script>&\"'",
    "]]></title></svg><img src=x onerror=alert(1)>",
    "An extraordinarily long channel name that a platform made up from campaign, audience, region and quarter EMEA_DACH_2026_Q4",
    "Unbreakable_Name_Without_Any_Blank_Whatsoever_That_Goes_On_And_On",
    "预算优化和归因分析渠道",
    "\u{202e}gnitekram\u{202c} \u{0}\u{1f}\u{7}",
    "👩‍💻 emoji ✕ channel",
    "",
    "   ",
];

/// Replaces every name in the figure.
fn rename(value: &mut Value, names: &mut impl FnMut() -> String) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|v| rename(v, names)),
        Value::Object(fields) => {
            for (key, v) in fields.iter_mut() {
                match v {
                    Value::String(s) if ["channel", "label", "name"].contains(&key.as_str()) => *s = names(),
                    Value::Array(list)
                        if ["models", "from", "to", "ages"].contains(&key.as_str())
                            && list.first().is_some_and(Value::is_string) =>
                    {
                        list.iter_mut().for_each(|s| *s = Value::String(names()));
                    }
                    v => rename(v, names),
                }
            }
        }
        _ => {}
    }
}

/// A name for a change, and the change.
type Change = (&'static str, fn(f64) -> f64);

/// Changes every floating number in the figure.
fn renumber(value: &mut Value, change: &impl Fn(f64) -> f64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|v| renumber(v, change)),
        Value::Object(fields) => fields.values_mut().for_each(|v| renumber(v, change)),
        Value::Number(n) if n.is_f64() => {
            *value = serde_json::Number::from_f64(change(n.as_f64().unwrap_or(0.0))).map_or(Value::Null, Value::Number);
        }
        _ => {}
    }
}

fn with(figure: &AnyFigure, change: impl FnOnce(&mut Value)) -> AnyFigure {
    let mut json = serde_json::to_value(figure).expect("JSON");
    change(&mut json);
    serde_json::from_value(json).expect("the same shape")
}

const SIZES: [Size; 3] = [Size::DEFAULT, Size::PHONE, Size { width: 520.0, height: 300.0 }];

#[test]
fn a_hostile_name_neither_escapes_nor_spills() {
    let mut all = Vec::new();
    for figure in samples::filled() {
        let mut i = 0;
        let mut next = || {
            i += 1;
            NAMES[i % NAMES.len()].to_owned()
        };
        let figure = with(&figure, |json| rename(json, &mut next));
        for size in SIZES {
            let svg = figure.render(Look::new(Theme::Light, size));
            assert!(!svg.as_str().contains("<script") && !svg.as_str().contains("<img"), "{}", figure.name());
            assert_eq!(svg.as_str().matches("</svg>").count(), 1, "{}", figure.name());
            svg.png(1.0).unwrap_or_else(|e| panic!("{} is not well-formed: {e}", figure.name()));
            all.extend(faults(&figure, size));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn extreme_numbers_still_give_a_figure() {
    let changes: [Change; 7] = [
        ("zero", |_| 0.0),
        ("minus", |v| -v),
        ("huge", |v| v * 1e12),
        ("tiny", |v| v * 1e-9),
        ("level", |_| 7.0),
        ("shifted", |v| v - 0.5),
        ("same sign", |v| -v.abs()),
    ];
    let mut all = Vec::new();
    for figure in samples::filled() {
        for (name, change) in changes {
            let figure = with(&figure, |json| renumber(json, &change));
            for size in SIZES {
                let svg = figure.render(Look::new(Theme::Dark, size));
                assert!(!svg.as_str().contains("NaN") && !svg.as_str().contains("inf\""), "{} {name}", figure.name());
                svg.png(1.0).unwrap_or_else(|e| panic!("{} {name}: {e}", figure.name()));
                all.extend(faults(&figure, size).into_iter().map(|f| format!("{name}: {f}")));
            }
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn labels_never_overlap_whatever_they_say(names in prop::collection::vec("\\PC{0,60}", 8), width in 300.0f64..1300.0, height in 280.0f64..800.0) {
        for figure in samples::filled() {
            let mut i = 0;
            let mut next = || {
                i += 1;
                names[i % names.len()].clone()
            };
            let figure = with(&figure, |json| rename(json, &mut next));
            let found = faults(&figure, Size::new(width, height));
            prop_assert!(found.is_empty(), "{}", found.join("\n"));
        }
    }
}
