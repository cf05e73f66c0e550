//! Scenes: records that clients and the portal's own documents count on, whatever chance says.

use anyhow::Result;
use jiff::civil::{Date, date};

use super::super::blur::Sensitivity;
use super::taiwan::Taiwan;

/// What is settled of a record beforehand; the rest is drawn. It has coordinates.
#[derive(Clone, Debug)]
pub struct Scene {
    pub dataset: usize,
    pub taxon: usize,
    pub place: usize,
    pub sensitivity: Sensitivity,
    /// First and last possible day of the event.
    pub days: Option<(Date, Date)>,
    pub recorded_by: Option<&'static str>,
}

/// All scenes, in the order in which they come.
pub fn scenes(taiwan: &Taiwan) -> Result<Vec<Scene>> {
    let mut scenes = Vec::new();
    for (times, dataset, taxon, place, settle) in SCENES {
        let mut scene = Scene {
            dataset: taiwan.dataset(dataset)?,
            taxon: taiwan.taxon(taxon)?,
            place: taiwan.place(place)?,
            sensitivity: Sensitivity::Open,
            days: None,
            recorded_by: None,
        };
        settle(&mut scene);
        scenes.extend(std::iter::repeat_n(scene, *times));
    }
    Ok(scenes)
}

type Settle = fn(&mut Scene);

const SCENES: &[(usize, &str, &str, &str, Settle)] = &[
    (3, "動物路死觀察網", "石虎", "溪頭", |scene| {
        on_survey_days(scene);
        scene.sensitivity = Sensitivity::Light;
    }),
    (2, "動物路死觀察網", "石虎", "溪頭", |scene| {
        on_survey_days(scene);
        scene.sensitivity = Sensitivity::Heavy;
    }),
    (2, "動物路死觀察網", "石虎", "溪頭", on_survey_days),
    (3, "玉山國家公園", "臺灣黑熊", "東埔", |scene| {
        on_survey_days(scene);
        scene.sensitivity = Sensitivity::Light;
    }),
    (2, "玉山國家公園", "臺灣黑熊", "東埔", |scene| {
        on_survey_days(scene);
        scene.sensitivity = Sensitivity::Heavy;
    }),
    (2, "玉山國家公園", "臺灣黑熊", "東埔", on_survey_days),
    (9, "(HAST)", "水鴨腳", "溪頭", open),
    (9, "(TAIE)", "水鴨腳", "福山", open),
    (6, "NMNS Collection)-維管束", "水鴨腳", "蓮華池", open),
    (1, "玉山國家公園", "臺灣獼猴", "瓦拉米", |scene| on(scene, date(2021, 10, 21))),
    (2, "EOD", "小白鷺", "曾文溪口", |scene| on(scene, date(2021, 10, 21))),
    (2, "EOD", "白頭翁", "高雄都會公園", |scene| on(scene, date(2021, 10, 23))),
    (2, "兩棲類保育志工", "拉都希氏赤蛙", "福山", |scene| {
        on(scene, date(2021, 10, 25))
    }),
    (3, "國家海洋資料庫", "大水薙鳥", "宜蘭外海", open),
    (3, "海洋保育類野生動物", "長吻飛旋海豚", "宜蘭外海", open),
    (3, "國家海洋資料庫", "鬼頭刀", "宜蘭外海", open),
    (12, "iNaturalist", "團塊微孔珊瑚", "綠島", open),
    (12, "iNaturalist", "刺冠海膽", "綠島", open),
    (8, "iNaturalist", "椰子蟹", "綠島", open),
    (12, "國家重要濕地", "小白鷺", "王功", open),
    (12, "EOD", "大杓鷸", "漢寶濕地", open),
    (6, "TaiBIF", "刺桐", "都蘭", open),
    (6, "iNaturalist", "檳榔", "東河", open),
    (12, "繁殖鳥類", "烏頭翁", "東河", open),
    (12, "EOD", "小白鷺", "鯉魚潭", open),
    (6, "兩棲類保育志工", "臺北樹蛙", "福山", |scene| {
        scene.recorded_by = Some("志工小組")
    }),
];

fn open(_: &mut Scene) {}

fn on(scene: &mut Scene, day: Date) {
    scene.days = Some((day, day));
}

/// The years that a widely copied script asks for.
fn on_survey_days(scene: &mut Scene) {
    scene.days = Some((date(2021, 6, 1), date(2023, 4, 20)));
}
