"""Texts of many scripts in the encodings that they were written in before UTF-8."""

import pytest

from embexplorer.files.encodings import find_encoding

TEXTS = {
    "Arabic": (
        "cp1256",
        "خرج الصياد في الصباح الباكر إلى البحر، وكان الهواء باردا والسماء صافية. جلس في قاربه الصغي"
        "ر ورمى الشبكة في الماء وانتظر ساعات طويلة. وعندما عاد إلى بيته مساء وجد أطفاله ينتظرونه عن"
        "د الباب، فحكى لهم قصة السمكة الكبيرة التي هربت منه. ضحك الجميع وأكلوا الخبز والزيتون ثم نا"
        "موا.",
    ),
    "Hebrew": (
        "cp1255",
        "הילדה הקטנה יצאה אל הגינה בבוקר וראתה ציפור יושבת על הענף. היא קראה לאחיה ושניהם הביטו בה "
        "בשקט. אחרי כמה דקות הציפור עפה אל הגג של הבית השכן, והילדים חזרו פנימה לאכול ארוחת בוקר. א"
        "מא שאלה אותם מה ראו, והם סיפרו לה על הנוצות הכחולות ועל השיר היפה ששמעו בגינה.",
    ),
    "Thai": (
        "cp874",
        "เช้าวันนี้อากาศดีมาก แม่พาฉันไปตลาดเพื่อซื้อผักและผลไม้ เราเดินผ่านวัดเก่าและเห็นเด็กนักเร"
        "ียนกำลังเล่นฟุตบอลอยู่ในสนาม หลังจากนั้นเรานั่งเรือข้ามแม่น้ำกลับบ้าน ฉันช่วยแม่ทำอาหารกลา"
        "งวัน แล้วทุกคนในครอบครัวก็มานั่งกินข้าวด้วยกันอย่างมีความสุข",
    ),
    "Japanese EUC": (
        "euc_jp",
        "今朝はとても天気がよかったので、母と一緒に近くの市場へ野菜と果物を買いに行きました。古いお"
        "寺の前を通ると、子どもたちが広場でサッカーをして遊んでいました。それから私たちは船で川を渡"
        "って家に帰り、昼ごはんを作りました。家族みんなで食べたカレーライスはとてもおいしかったです"
        "。午後は図書館で本を読み、夕方には友だちと公園を散歩しました。明日もまた晴れるといいと思い"
        "ます。夜は早く寝て、来週の旅行の準備をするつもりです。",
    ),
    "Japanese Shift": (
        "shift_jis",
        "今朝はとても天気がよかったので、母と一緒に近くの市場へ野菜と果物を買いに行きました。古いお"
        "寺の前を通ると、子どもたちが広場でサッカーをして遊んでいました。",
    ),
    "Chinese": (
        "gb18030",
        "今天早上天气很好，我和妈妈一起去附近的市场买蔬菜和水果。我们经过一座古老的寺庙，看见孩子们"
        "在广场上踢足球。后来我们坐船过河回家，一起做午饭，全家人都吃得很高兴。",
    ),
    "Big5": (
        "big5",
        "今天早上天氣很好，我和媽媽一起去附近的市場買蔬菜和水果。我們經過一座古老的寺廟，看見孩子們"
        "在廣場上踢足球。後來我們坐船過河回家，一起做午飯，全家人都吃得很高興。",
    ),
    "Korean": (
        "euc_kr",
        "오늘 아침에는 날씨가 아주 좋아서 어머니와 함께 가까운 시장에 가서 채소와 과일을"
        " 샀습니다. 오래된 절 앞을 지나가는데 아이들이 넓은 마당에서 축구를 하고 있었습"
        "니다. 그 다음에 우리는 배를 타고 강을 건너 집으로 돌아왔습니다.",
    ),
    "Greek": (
        "cp1253",
        "Σήμερα το πρωί ο καιρός ήταν πολύ καλός και πήγα με τη μητέρα μου στην αγορά για να αγοράσ"
        "ουμε λαχανικά και φρούτα. Περάσαμε μπροστά από μια παλιά εκκλησία και είδαμε παιδιά να παί"
        "ζουν μπάλα στην πλατεία.",
    ),
    "Russian": (
        "cp1251",
        "Сегодня утром была хорошая погода, и мы с мамой пошли на рынок за овощами и фруктами. Мы п"
        "рошли мимо старой церкви и увидели, как дети играют в футбол на площади.",
    ),
    "Russian KOI": (
        "koi8_r",
        "Сегодня утром была хорошая погода, и мы с мамой пошли на рынок за овощами и фруктами. Мы п"
        "рошли мимо старой церкви и увидели, как дети играют в футбол на площади.",
    ),
    "Turkish": (
        "cp1254",
        "Bu sabah hava çok güzeldi, annemle birlikte yakındaki pazara gidip sebze ve meyve aldık. E"
        "ski caminin önünden geçerken çocukların meydanda top oynadığını gördük. Sonra gemiyle ırma"
        "ğı geçip eve döndük ve öğle yemeği pişirdik.",
    ),
    "Polish ISO": (
        "iso8859_2",
        "Dziś rano była piękna pogoda, więc poszłam z mamą na targ, żeby kupić świeże warzywa i owo"
        "ce. Minęłyśmy stary kościół i zobaczyłyśmy dzieci grające w piłkę. Później wróciłyśmy łodz"
        "ią przez rzekę do domu i zjadłyśmy razem obiad.",
    ),
    "Czech ISO": (
        "iso8859_2",
        "Dnes ráno bylo krásné počasí, a tak jsme šli s maminkou na trh koupit čerstvou zeleninu a "
        "ovoce. Prošli jsme kolem starého kostela a viděli děti, jak si hrají s míčem. Potom jsme s"
        "e lodí vrátili přes řeku domů a uvařili oběd, šťastní a unavení. Ještě teď slyším, jak žáb"
        "y skřehotají.",
    ),
    "Hungarian ISO": (
        "iso8859_2",
        "Ma reggel nagyon szép idő volt, ezért anyámmal elmentünk a közeli piacra, hogy zöldséget é"
        "s gyümölcsöt vegyünk. Egy régi templom előtt mentünk el, ahol gyerekek fociztak. Később ha"
        "jóval keltünk át a folyón, és együtt főztünk ebédet.",
    ),
    "French Mac": (
        "mac_roman",
        "Ce matin il faisait très beau, alors nous sommes allés au marché avec ma mère pour acheter"
        " des légumes et des fruits. Près de la vieille église, des élèves jouaient à la balle. Apr"
        "ès, nous avons traversé la rivière en bateau et préparé le déjeuner ; où étais-tu passé ? "
        "C’était une journée réussie.",
    ),
    "German Mac": (
        "mac_roman",
        "Heute früh war schönes Wetter, und wir gingen über die Straße zum Markt, um Gemüse und Äpf"
        "el zu kaufen. Vor der Kirche spielten Schüler mit Bällen. Später fuhren wir über den Fluß "
        "zurück, aßen Nüsse und erzählten uns Märchen von Königen und Bären.",
    ),
}


@pytest.mark.parametrize("rows", [1, 5, 60, 1500])
@pytest.mark.parametrize("language", TEXTS)
def test_each_script_is_read_in_its_encoding(language: str, rows: int) -> None:
    encoding, text = TEXTS[language]
    raw = ("name,body\n" + "".join(f"n{row},{text}\n" for row in range(rows))).encode(encoding)
    assert raw.decode(find_encoding(raw)) == raw.decode(encoding)


@pytest.mark.parametrize("cut", [2, 3])
@pytest.mark.parametrize("language", TEXTS)
def test_a_part_of_it_is_enough(language: str, cut: int) -> None:
    encoding, text = TEXTS[language]
    raw = text[: len(text) // cut].encode(encoding)
    assert raw.decode(find_encoding(raw)) == raw.decode(encoding)


@pytest.mark.parametrize("language", TEXTS)
def test_utf8_stays(language: str) -> None:
    assert find_encoding(TEXTS[language][1].encode()) == "utf-8"


def test_typographic_signs_are_no_letters_of_old_macs() -> None:
    raw = "It’s “here” – naïve • so… it’s ‘there’ — the café’s sign™".encode("cp1252")
    assert raw.decode(find_encoding(raw)) == raw.decode("cp1252")
